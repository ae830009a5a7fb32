/** Finds Django's CSRF token in the page. */

export interface CsrfOptions {
  /** The token, or a function that finds it. By default the page is searched; `false` sends no token. */
  token?: false | string | (() => string | null | undefined | Promise<string | null | undefined>) | undefined;
  /** Django's `CSRF_COOKIE_NAME`. */
  cookieName?: string | undefined;
  /** The request header that Django's `CSRF_HEADER_NAME` stands for. */
  headerName?: string | undefined;
}

/** Returns the value of a cookie as the browser has it: nothing is decoded. */
export const cookie = (name: string): string | undefined =>
  `; ${document.cookie}`.split(`; ${name}=`)[1]?.split(";")[0];

/** The token of the latest HTTP response that had one, for all clients of the page. */
let latestToken: unknown;

/**
 * Returns the token for a request to `url`; `false` for another origin, which must never receive the token.
 * Every request reads the token again, since a login in another tab changes it.
 */
export const findToken = async (url: string, { token, cookieName = "csrftoken" }: CsrfOptions) => {
  if (
    globalThis.location &&
    new URL(url, globalThis.document?.baseURI ?? location).origin !== location.origin
  ) {
    return false;
  }
  if (typeof token === "function") return token();
  if (token != null || !globalThis.document) return token;
  const field: any = document.querySelector("[name^=csrf][name$=token]");
  return cookie(cookieName) || latestToken || field?.value || field?.content;
};

/** Keeps the token of an HTTP response: a login, in this tab or another, may have changed the token. */
export const rememberToken = (token: unknown): void => {
  latestToken = token ?? latestToken;
};
