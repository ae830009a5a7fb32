/** Finds Django's CSRF token where a page may have it. */

export interface CsrfOptions {
  /** The token, or a function that finds it; without it the page is searched, with `false` it is not. */
  token?: false | string | (() => string | null | undefined | Promise<string | null | undefined>) | undefined;
  /** Django's `CSRF_COOKIE_NAME`. */
  cookieName?: string | undefined;
  /** The request header of Django's `CSRF_HEADER_NAME`. */
  headerName?: string | undefined;
}

/** The value of a cookie, as it stands there. */
export const cookie = (name: string): string | undefined =>
  `; ${document.cookie}`.split(`; ${name}=`)[1]?.split(";")[0];

let renewed: unknown;

/** Read anew for each request, since a login in another tab changes it. */
export const csrfToken = ({ token, cookieName = "csrftoken" }: CsrfOptions) => {
  if (typeof token === "function") return token();
  if (token != null || !globalThis.document) return token;
  const field: any = document.querySelector("[name^=csrf][name$=token]");
  return cookie(cookieName) || renewed || field?.value || field?.content;
};

/** Takes the token of an answer: a login has changed it, in this tab or in another one. */
export const renewToken = (token: unknown): unknown => (renewed = token ?? renewed);

/** Whether the token may be sent there: it must never reach another site. */
export const isSameOrigin = (url: string): boolean =>
  !globalThis.location || new URL(url, globalThis.document?.baseURI ?? location).origin === location.origin;
