/**
 * Where IP addresses lead. It judges for code that runs in the app's own realm: nothing here uses a
 * method or an iterator that an app could have replaced on a prototype, hence the plain loops.
 */

/** Where an address leads. `loopback`: this machine; `private`: its networks, multicast, reserved. */
export type Reach = "public" | "loopback" | "private";

/** The four parts of an IPv4 address in its usual form, or null. */
function parseIPv4(text: string): number[] | null {
  const parts = [0, 0, 0, 0];
  let part = 0;
  let digits = 0;
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!;
    if (char === ".") {
      if (digits === 0 || ++part > 3) return null;
      digits = 0;
    } else if (char >= "0" && char <= "9") {
      // `010` is 8 to some and 10 to others: the system says what it makes of it.
      if (digits > 0 && parts[part] === 0) return null;
      parts[part] = parts[part]! * 10 + +char;
      if (++digits > 3 || parts[part]! > 255) return null;
    } else return null;
  }
  return part === 3 && digits > 0 ? parts : null;
}

const HEX = "0123456789abcdef";
const CAPITALS = "0123456789ABCDEF";

function hexDigit(char: string): number {
  for (let value = 0; value < 16; value++) {
    if (HEX[value] === char || CAPITALS[value] === char) return value;
  }
  return -1;
}

/** The eight groups of an IPv6 address, without brackets and zone, or null. */
function parseIPv6(text: string): number[] | null {
  const head = [0, 0, 0, 0, 0, 0, 0, 0];
  let count = 0;
  let gap = -1;
  let value = 0;
  let digits = 0;
  let start = 0;
  for (let index = 0; index <= text.length; index++) {
    const char = index === text.length ? "" : text[index]!;
    const digit = char === "" ? -1 : hexDigit(char);
    if (digit >= 0) {
      if (digits === 0) start = index;
      value = value * 16 + digit;
      if (++digits > 4) return null;
    } else if (char === ".") {
      let rest = "";
      for (let at = start; at < text.length; at++) rest += text[at];
      const tail = parseIPv4(rest);
      if (!tail || digits === 0 || count > 6) return null;
      head[count] = tail[0]! * 256 + tail[1]!;
      head[count + 1] = tail[2]! * 256 + tail[3]!;
      count += 2;
      digits = 0;
      break;
    } else if (char === ":" || char === "") {
      if (digits > 0) {
        if (count > 7) return null;
        head[count++] = value;
      } else if (char === ":" && text[index + 1] !== ":" && text[index - 1] !== ":") return null;
      if (char === ":" && text[index + 1] === ":") {
        if (gap >= 0) return null;
        gap = count;
        index++;
      }
      value = 0;
      digits = 0;
    } else return null;
  }
  if (gap < 0) return count === 8 ? head : null;
  if (count > 7) return null;
  const whole = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let index = 0; index < gap; index++) whole[index] = head[index]!;
  for (let index = 0; index < count - gap; index++) {
    whole[7 - index] = head[count - 1 - index]!;
  }
  return whole;
}

function reachOfIPv4(a: number, b: number, c: number): Reach {
  if (a === 127 || a === 0) return "loopback";
  const own = a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168);
  const linked = (a === 169 && b === 254) || (a === 100 && b >= 64 && b < 128);
  // Protocols' own, benchmarks, examples (RFC 5737), the relays of 6to4, multicast and what is above it.
  const special = (a === 192 && b === 0 && (c === 0 || c === 2)) ||
    (a === 198 && (b === 18 || b === 19 || (b === 51 && c === 100))) ||
    (a === 203 && b === 0 && c === 113) || (a === 192 && b === 88 && c === 99) || a >= 224;
  return own || linked || special ? "private" : "public";
}

/** Where an IP address leads; null when the text is none. An IPv6 address may stand in brackets. */
export function reachOf(address: string): Reach | null {
  let text = "";
  for (let index = 0; index < address.length; index++) {
    const char = address[index]!;
    if (char === "%") break;
    if (char !== "[" && char !== "]") text += char;
  }
  const four = parseIPv4(text);
  if (four) return reachOfIPv4(four[0]!, four[1]!, four[2]!);
  const six = parseIPv6(text);
  if (!six) return null;
  let zeros = 0;
  while (zeros < 8 && six[zeros] === 0) zeros++;
  if (zeros === 8 || (zeros === 7 && six[7] === 1)) return "loopback";
  // An IPv4 address inside: mapped, compatible, translated (64:ff9b::/96), 6to4 (2002::/16).
  const mapped = zeros === 5 && six[5] === 0xffff;
  let translated = six[0] === 0x64 && six[1] === 0xff9b;
  for (let index = 2; index < 6; index++) if (six[index] !== 0) translated = false;
  if (mapped || zeros >= 6 || translated) return embedded(six[6]!, six[7]!);
  const first = six[0]!;
  if (first === 0x2002) return embedded(six[1]!, six[2]!);
  // Teredo and other protocols' own (2001::/23), examples (2001:db8::/32, 3fff::/20).
  const special = first === 0x2001 && (six[1]! < 0x200 || six[1] === 0xdb8) ||
    first === 0x3fff && six[1]! < 0x1000;
  // All that the internet uses is 2000::/3 (https://www.iana.org/assignments/ipv6-address-space).
  return first >= 0x2000 && first < 0x4000 && !special ? "public" : "private";
}

function embedded(high: number, low: number): Reach {
  return reachOfIPv4(high >> 8, high & 255, low >> 8);
}
