/**
 * The keys of the values that the code reads while it runs. Only keys stand here, never values.
 * Replace `never` by a union of strings: `export type VarKey = "API_URL" | "REGION";`
 *
 *   vars.get("API_URL")      set with `edgespark var set API_URL=...`
 *   secret.get("MAIL_KEY")   set with `edgespark secret set MAIL_KEY`, entered in a browser page
 */
export type VarKey = never;

export type SecretKey = never;
