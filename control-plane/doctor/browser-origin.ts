/** The page of a well-known client that runs in the browser. */
export const BROWSER_ORIGIN = 'http://localhost:6274'
