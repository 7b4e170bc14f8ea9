/** How well-known services begin their credentials. */
const PREFIX =
  /^(sk|rk|pk)_live_|^sk_test_|^whsec_|^sk-[\w-]{16}|^gh[pousr]_|^github_pat_|^glpat-|^xox[abeprs]-|^(AKIA|ASIA)[0-9A-Z]{16}$|^AIza[\w-]{30}|^npm_\w{30}|^SG\.[\w-]{16}|^GOCSPX-|^eyJ[\w-]{10,}\.eyJ|-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const NAME =
  /(^|_)(SECRET|PASSWORD|PASSWD|PRIVATE_KEY|API_KEY|ACCESS_KEY|TOKEN|CREDENTIALS?|PEPPER)$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Bits in a character: words and addresses stay below, random letters and hex digits above. */
const RANDOM = 3.4;

/** Whether a var looks as if it should be a secret, by its name or by its value. */
export function looksSecret(key: string, value: string): boolean {
  if (value === "") return false;
  return PREFIX.test(value) || NAME.test(key) || hasPassword(value) || isRandom(value);
}

/** `scheme://user:password@host`. */
function hasPassword(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i.test(value);
}

function isRandom(value: string): boolean {
  if (value.length < 32 || !/^[\w+/=-]+$/.test(value) || UUID.test(value)) return false;
  return /\d/.test(value) && /[a-z]/i.test(value) && entropy(value) > RANDOM;
}

/** Shannon entropy of the characters, in bits. */
function entropy(value: string): number {
  const counts = new Map<string, number>();
  for (const letter of value) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  return [...counts.values()].reduce(
    (sum, count) => sum - (count / value.length) * Math.log2(count / value.length),
    0,
  );
}
