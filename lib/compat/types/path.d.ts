/** Separator of the current system: `/`, on Windows `\`. */
export declare const SEPARATOR: "/" | "\\";
/** The last part of a path, without `suffix`. */
export declare function basename(path: string | URL, suffix?: string): string;
/** The path without its last part. */
export declare function dirname(path: string | URL): string;
/** The extension with its dot, or an empty string. */
export declare function extname(path: string | URL): string;
/** A `file:` URL as a path. */
export declare function fromFileUrl(url: string | URL): string;
/** Whether a path begins at the root. */
export declare function isAbsolute(path: string): boolean;
/** Parts as one normalized path. */
export declare function join(path: string | URL, ...paths: string[]): string;
/** A path without `.` and `..` and doubled separators. */
export declare function normalize(path: string | URL): string;
/** The path that leads from `from` to `to`. */
export declare function relative(from: string, to: string): string;
/** An absolute path, taken from the working directory. */
export declare function resolve(...paths: string[]): string;
/** An absolute path as a `file:` URL. */
export declare function toFileUrl(path: string): URL;
