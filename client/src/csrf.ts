/** Finds Django's CSRF token in the page. */

export interface CsrfOptions {
  /**
   * The token, or a function that finds it; sent to any origin. By default the page is searched, and the token
   * is sent to the page's origin only. `false` sends no token.
   */
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

/** Whether `url` has another origin than the page. */
export const isForeign = (url: string): unknown =>
  globalThis.location && new URL(url, globalThis.document?.baseURI ?? location).origin !== location.origin;

/**
 * Returns the token for a request to `url`. Another origin never receives a token of the page, only one that
 * the option names. Every request reads the token again, since a login in another tab changes it.
 */
export const findToken = async (url: string, { token, cookieName = "csrftoken" }: CsrfOptions) => {
  if (typeof token === "function") return token();
  if (token != null || !globalThis.document || isForeign(url)) return token;
  const field: any = document.querySelector("[name^=csrf][name$=token]");
  return cookie(cookieName) || latestToken || field?.value || field?.content;
};

/** Keeps the token of an HTTP response: a login, in this tab or another, may have changed the token. */
export const rememberToken = (token: unknown): void => {
  latestToken = token ?? latestToken;
};
