/** A place in an original file; line and column from 1. */
export interface SourcePlace {
  file: string;
  line: number;
  column: number;
}

type Segment = [column: number, source: number, line: number, originalColumn: number];

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Where a place of a bundle comes from, by its version-3 source map (https://tc39.es/ecma426/).
 * Line and column of the bundle are from 1. Null for what no source stands behind.
 */
export function originalPlace(map: Uint8Array, line: number, column: number): SourcePlace | null {
  const { mappings, sources } = JSON.parse(new TextDecoder().decode(map)) as {
    mappings: string;
    sources: string[];
  };
  const segments = segmentsOf(mappings, line - 1);
  const found = segments.findLast(([start]) => start <= column - 1) ?? segments[0];
  const file = found && sources[found[1]];
  return file === undefined || !found ? null : { file, line: found[2] + 1, column: found[3] + 1 };
}

/** The segments of one line; the numbers run on from line to line, so all before it are read too. */
function segmentsOf(mappings: string, wanted: number): Segment[] {
  let [source, line, column] = [0, 0, 0];
  for (const [index, text] of mappings.split(";").entries()) {
    let start = 0;
    const segments: Segment[] = [];
    for (const part of text === "" ? [] : text.split(",")) {
      const numbers = decode(part);
      start += numbers[0] ?? 0;
      if (numbers.length < 4) continue;
      source += numbers[1]!;
      line += numbers[2]!;
      column += numbers[3]!;
      segments.push([start, source, line, column]);
    }
    if (index === wanted) return segments;
  }
  return [];
}

/** Base-64 VLQ: five bits a digit, lowest first, the sixth says that more follow, the first bit is the sign. */
function decode(part: string): number[] {
  const numbers: number[] = [];
  let [value, shift] = [0, 0];
  for (const letter of part) {
    const digit = DIGITS.indexOf(letter);
    value += (digit & 31) << shift;
    shift += 5;
    if (digit & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    [value, shift] = [0, 0];
  }
  return numbers;
}
