/** Which tags are understood. */
export type SchemaType = "failsafe" | "json" | "core" | "default" | "extended";

/** Options of `parse`. */
export interface ParseOptions {
  schema?: SchemaType;
  /** A later duplicate key wins instead of being an error. */
  allowDuplicateKeys?: boolean;
  onWarning?(error: Error): void;
}

/** Options of `stringify`. */
export interface StringifyOptions {
  /** Default: 2. */
  indent?: number;
  /** Default: true. */
  arrayIndent?: boolean;
  /** Leave out what YAML cannot say instead of throwing. */
  skipInvalid?: boolean;
  sortKeys?: boolean | ((a: string, b: string) => number);
  /** Default: 80. */
  lineWidth?: number;
  useAnchors?: boolean;
  compatMode?: boolean;
  condenseFlow?: boolean;
  schema?: SchemaType;
}

/** The value of a YAML document. Throws a SyntaxError. */
export declare function parse(content: string, options?: ParseOptions): unknown;
/** A value as a YAML document. Throws a TypeError for what YAML cannot say. */
export declare function stringify(data: unknown, options?: StringifyOptions): string;
