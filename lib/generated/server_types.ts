/**
 * The text of `server-types.d.ts`: what the platform offers to an app, as types (contract section 6.2,
 * decision 3). Names and signatures are the contract; the runtime in `lib/runtime` keeps them.
 */
export const SERVER_TYPES = `/**
 * Written by \`edgespark pull types\`; the next pull overwrites every edit.
 *
 * The types behind the imports "edgespark" and "edgespark/http". App code, files in src/defs too, can
 * name them: import type { BucketDef } from "@sdk/server-types".
 */

// The request and its environment

/** Where the code runs: "dev" is \`edgespark dev\`, the others are deployments. */
export type DeploymentEnv = "production" | "staging" | "dev";

/** \`ctx\` of "edgespark". */
export interface ExecutionCtx {
  /** The environment that answers this request. */
  readonly environment: DeploymentEnv;
  /** Lets the work go on when the response has been sent. A failure of it is logged. */
  runInBackground(promise: Promise<unknown>): void;
}

// Values that are set from outside

/** \`vars\` of "edgespark": plain values, set by \`edgespark var set\`. */
export interface VarClient<K extends string = string> {
  /** The value of a key that src/defs/runtime.ts declares in VarKey; null while it is not set. */
  get(name: K): string | null;
}

/** \`secret\` of "edgespark": sealed values, typed by a person into the page of \`edgespark secret set\`. */
export interface SecretClient<K extends string = string> {
  /** The value of a key that src/defs/runtime.ts declares in SecretKey; null while it is not set. */
  get(name: K): string | null;
}

// Users

/** Somebody who is signed in. */
export interface User {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  /** The address of a picture. */
  readonly image: string | null;
  readonly emailVerified: boolean;
  /** True for an account that was made without an address. */
  readonly isAnonymous: boolean;
  readonly createdAt: Date;
}

/** \`auth\` of "edgespark/http": who sent this request. */
export interface AuthClient {
  /**
   * The path decides: under /api/public/ a user or null, under /api/webhooks/ always null, under any
   * other /api/ path always a user.
   */
  readonly user: User | null;
  /** Whether there is a user; tells TypeScript, too, that \`auth.user\` is not null. */
  isAuthenticated(): this is AuthenticatedAuthClient;
}

/** \`auth\` after \`auth.isAuthenticated()\` has said yes. */
export interface AuthenticatedAuthClient extends AuthClient {
  readonly user: User;
}

// Files

/** One bucket, as src/defs/storage_schema.ts declares it. */
export interface BucketDef<Name extends string = string> {
  readonly bucket_name: Name;
  readonly description: string;
}

/** Names a file for good: \`s3://<bucket>/<path>\`. This is what belongs into a column of a table. */
export type S3Uri<BucketName extends string = string> = \`s3://\${BucketName}/\${string}\`;

/** Bytes to store. */
export type StoragePutBody = ArrayBuffer | ArrayBufferView;

/** Headers that are kept with a file and sent with it. */
export interface StorageHttpMetadata {
  readonly contentType?: string;
  readonly contentDisposition?: string;
  readonly contentEncoding?: string;
  readonly cacheControl?: string;
}

/** What is known about a file without its bytes. */
export interface StorageObjectMetadata extends StorageHttpMetadata {
  /** Bytes. */
  readonly size: number;
}

/** A file with its bytes. */
export interface StorageObject {
  readonly body: ArrayBuffer;
  readonly metadata: StorageObjectMetadata;
}

/** One line of a listing. */
export interface StorageFileInfo {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly uploadedAt: Date;
}

/** What to list. */
export interface StorageListOptions {
  /** At most so many files on a page: 1000 unless less is asked for, and never more. */
  readonly limit?: number;
  /** Only paths that begin with this text. */
  readonly prefix?: string;
  /** Where the page before ended. */
  readonly cursor?: string;
  /** Everything behind this mark (mostly "/") counts as one entry of \`delimitedPrefixes\`. */
  readonly delimiter?: string;
}

/** One page of a listing. */
export interface StorageListResult {
  readonly files: readonly StorageFileInfo[];
  /** Whether another page follows; ask for it with \`cursor\`. */
  readonly hasMore: boolean;
  readonly cursor?: string;
  /** With a delimiter: the "folders" on this level. */
  readonly delimitedPrefixes: readonly string[];
}

/** \`storage\` of "edgespark". */
export interface StorageClient {
  /** The files of one bucket: \`storage.from(buckets.photos)\`. */
  from<Name extends string>(bucket: BucketDef<Name>): BucketClient<Name>;
  /** The URI of a path in a bucket: \`s3://photos/a/b.jpg\`. The file need not exist. */
  createS3Uri<Name extends string>(bucket: BucketDef<Name>, path: string): S3Uri<Name>;
  /** Whether a text is such a URI. */
  isS3Uri(value: string): value is S3Uri;
  /** Takes a URI apart; throws when it is none. For text from outside use \`tryParseS3Uri\`. */
  parseS3Uri(s3Uri: string): { readonly bucket: BucketDef; readonly path: string };
  /** Takes a URI apart; null when it is none. */
  tryParseS3Uri(s3Uri: string): { readonly bucket: BucketDef; readonly path: string } | null;
}

/** The files of one bucket. Paths have no leading slash. */
export interface BucketClient<BucketName extends string = string> {
  /** Stores bytes that the server itself has made; replaces what stood at the path. */
  put(path: string, file: StoragePutBody, options?: StorageHttpMetadata): Promise<void>;
  /** The file, or null when there is none. */
  get(path: string): Promise<StorageObject | null>;
  /** What is known about the file, or null when there is none. */
  head(path: string): Promise<StorageObjectMetadata | null>;
  /** One page of the files, in the order of their paths. */
  list(options?: StorageListOptions): Promise<StorageListResult>;
  /** Removes one file or many; a path without a file is no error. */
  delete(paths: string | readonly string[]): Promise<void>;
  /**
   * An address that a browser may PUT a file to, until it expires. The PUT must carry the
   * \`requiredHeaders\` as they are.
   */
  createPresignedPutUrl(
    path: string,
    expiresInSecs?: number,
    options?: StorageHttpMetadata,
  ): Promise<{
    readonly uploadUrl: string;
    readonly expiresAt: Date;
    readonly requiredHeaders: Readonly<Record<string, string>>;
  }>;
  /** An address that anybody may download the file from, until it expires. */
  createPresignedGetUrl(
    path: string,
    expiresInSecs?: number,
  ): Promise<{ readonly downloadUrl: string; readonly expiresAt: Date }>;
}
`;
