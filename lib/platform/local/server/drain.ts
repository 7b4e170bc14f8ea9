/** How long a server that is to stop lets requests and background work finish, ms. */
export const DRAIN = 30_000;
