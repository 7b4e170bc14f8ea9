/** IPv4 addresses that are not the public internet: this machine, its networks, and reserved ones. */
export const LOOPBACK_RANGES = ["127.0.0.0/8", "0.0.0.0/8"];
export const PRIVATE_RANGES = [
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"],
  ...["192.0.0.0/24", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4"],
  ...["192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "192.88.99.0/24"],
];
/** Deno takes ranges of IPv4 only; of IPv6 these two addresses can be said, the rest is judged inside. */
export const LOOPBACK_IPV6 = ["[::1]", "[::]"];

/** The ranges without some addresses: each is split until the address stands alone, and that is left out. */
export function without(ranges: string[], addresses: string[]): string[] {
  let left = ranges.map(parse);
  for (const address of addresses) {
    const value = toNumber(address);
    if (value === null) continue;
    left = left.flatMap((range) => split(range, value));
  }
  return left.map(({ base, bits }) => `${toText(base)}/${bits}`);
}

interface Range {
  base: number;
  bits: number;
}

function split(range: Range, value: number): Range[] {
  if (!holds(range, value)) return [range];
  const parts: Range[] = [];
  for (let bits = range.bits + 1; bits <= 32; bits++) {
    const size = 2 ** (32 - bits);
    const own = Math.floor(value / size) * size;
    const other = own % (size * 2) === 0 ? own + size : own - size;
    parts.push({ base: other, bits });
  }
  return parts;
}

function holds({ base, bits }: Range, value: number): boolean {
  return value >= base && value < base + 2 ** (32 - bits);
}

function parse(text: string): Range {
  const [address, bits] = text.split("/");
  return { base: toNumber(address!)!, bits: Number(bits) };
}

function toNumber(address: string): number | null {
  const parts = address.split(".").map(Number);
  const whole = parts.length === 4 &&
    parts.every((part) => Number.isInteger(part) && part >= 0 && part < 256);
  return whole ? parts.reduce((sum, part) => sum * 256 + part, 0) : null;
}

function toText(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}
