/** Grammars of names and paths that config files and container labels share. */

export const SERVER_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
export const PREFIX = /^[A-Za-z0-9_-]{0,63}$/;
export const STACK_NAME = /^[a-z0-9][a-z0-9_-]{0,62}$/;
/** Name of a view in the config file. */
export const VIEW_NAME = SERVER_NAME;
/** Name of a bearer token in the config file. */
export const TOKEN_NAME = /^[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}$/;
/** Path of an HTTP server's endpoint, with a query if it has one. */
export const URL_PATH = /^\/\S*$/;
