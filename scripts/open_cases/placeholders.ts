/** The e-mail address that stands in every var that asks for one, and that signs up. */
export const OWNER = "owner@example.com";

/** What a name says about its value; the first that fits counts. `.invalid` answers to nobody. */
const PLAIN: [name: RegExp, value: string][] = [
  [/(?:URL|URI|BASE|ENDPOINT|ORIGIN|ISSUER)$/, "https://service.invalid"],
  [/EMAILS?$/, OWNER],
  [/(?:MINUTES|SECONDS|HOURS|DAYS|LIMIT|COUNT)$/, "30"],
  [/ENABLED$/, "false"],
];

/** What is set for a declared var. */
export function varPlaceholder(key: string): string {
  const known = PLAIN.find(([name]) => name.test(key));
  return known ? known[1] : `placeholder-${key.toLowerCase().replaceAll("_", "-")}`;
}

/**
 * What is entered for a declared secret: keys in PEM are real ones made for the purpose, addresses as
 * with vars, everything else is 32 random bytes in base64.
 */
export async function secretPlaceholders(keys: string[]): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  let pair: KeyPair | null = null;
  for (const key of keys) {
    const plain = PLAIN.find(([name]) => name.test(key));
    if (plain) values[key] = plain[1];
    else if (/PRIVATE_KEY|PEM$/.test(key)) {
      pair ??= await makeKeyPair();
      values[key] = /PUBLIC/.test(key) ? pair.publicKey : pair.privateKey;
    } else values[key] = base64(crypto.getRandomValues(new Uint8Array(32)));
  }
  return values;
}

interface KeyPair {
  publicKey: string;
  privateKey: string;
}

async function makeKeyPair(): Promise<KeyPair> {
  const pair = await crypto.subtle.generateKey(
    {
      name: "RSASSA-PKCS1-v1_5",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: "SHA-256",
    },
    true,
    ["sign", "verify"],
  );
  const pem = async (format: "spki" | "pkcs8", key: CryptoKey, name: string) => {
    const lines = base64(new Uint8Array(await crypto.subtle.exportKey(format, key)))
      .replace(/(.{64})(?=.)/g, "$1\n");
    return `-----BEGIN ${name}-----\n${lines}\n-----END ${name}-----\n`;
  };
  return {
    publicKey: await pem("spki", pair.publicKey, "PUBLIC KEY"),
    privateKey: await pem("pkcs8", pair.privateKey, "PRIVATE KEY"),
  };
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
