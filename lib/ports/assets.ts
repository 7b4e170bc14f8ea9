/** What a build notes of an asset: its SHA-256 in hex, and its bytes. */
export interface AssetStamp {
  digest: string;
  size: number;
}

/**
 * Files that are part of the program: prebuilt worker code, templates. They lie in `.build/assets`
 * in a checkout, beside the bundle in a release, and inside the executable when compiled.
 */
export interface Assets {
  /** The text of an asset, such as "sandbox_worker.js". A missing one is a bug of the program. */
  text(name: string): Promise<string>;
  bytes(name: string): Promise<Uint8Array>;
  /**
   * The asset as a file on disk that other processes can read; written to the cache folder
   * under a name with its hash where it is not one already. Absolute path. With `known`, what lies
   * there is taken by name and size, which spares reading a large asset at every run.
   */
  file(name: string, known?: AssetStamp): Promise<string>;
}
