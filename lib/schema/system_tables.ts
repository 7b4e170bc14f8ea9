/** Names that start like this belong to the platform. */
export const SYSTEM_PREFIX = "es_system__";

/** The app ledger of the platform: what was applied, by tag. */
export const SYSTEM_LEDGER = "es_system__db_migrations";

/** The ledger of drizzle's own migrator. */
export const DRIZZLE_LEDGER = "__drizzle_migrations";

/** Whether a table belongs to the platform, the ledgers or SQLite, and so to no declared schema. */
export function isSystemTable(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.startsWith(SYSTEM_PREFIX) || lower === DRIZZLE_LEDGER ||
    lower.startsWith("sqlite_") ||
    lower.startsWith("_cf_");
}

const NOW_MS = "(cast(unixepoch('subsecond') * 1000 as integer))";

/**
 * Creates the tables that every environment has before its first migration: contract section 8, and
 * the ledger exactly as drizzle-orm's migrator creates it. Safe to run again.
 */
export const SYSTEM_TABLES: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS \`es_system__db_migrations\` (
	\`id\` integer PRIMARY KEY AUTOINCREMENT,
	\`name\` text,
	\`applied_at\` numeric DEFAULT CURRENT_TIMESTAMP NOT NULL
)`,
  `CREATE TABLE IF NOT EXISTS \`es_system__auth_config\` (
	\`key\` text PRIMARY KEY,
	\`data\` text DEFAULT '{}',
	\`created_at\` integer DEFAULT ${NOW_MS} NOT NULL,
	\`updated_at\` integer DEFAULT ${NOW_MS} NOT NULL
)`,
  `CREATE TABLE IF NOT EXISTS \`es_system__auth_user\` (
	\`id\` text PRIMARY KEY,
	\`name\` text NOT NULL,
	\`email\` text NOT NULL,
	\`email_verified\` integer DEFAULT 0 NOT NULL,
	\`image\` text,
	\`created_at\` integer DEFAULT ${NOW_MS} NOT NULL,
	\`updated_at\` integer DEFAULT ${NOW_MS} NOT NULL,
	\`is_anonymous\` integer DEFAULT 0,
	\`banned\` integer DEFAULT 0,
	\`ban_reason\` text,
	\`ban_expires\` integer,
	\`last_login_at\` integer
)`,
  "CREATE UNIQUE INDEX IF NOT EXISTS `es_system__auth_user_email_unique` ON `es_system__auth_user` (`email`)",
  `CREATE TABLE IF NOT EXISTS \`es_system__auth_account\` (
	\`id\` text PRIMARY KEY,
	\`account_id\` text NOT NULL,
	\`provider_id\` text NOT NULL,
	\`user_id\` text NOT NULL,
	\`access_token\` text,
	\`refresh_token\` text,
	\`id_token\` text,
	\`access_token_expires_at\` integer,
	\`refresh_token_expires_at\` integer,
	\`scope\` text,
	\`password\` text,
	\`created_at\` integer DEFAULT ${NOW_MS} NOT NULL,
	\`updated_at\` integer NOT NULL,
	FOREIGN KEY (\`user_id\`) REFERENCES \`es_system__auth_user\`(\`id\`) ON DELETE cascade
)`,
  "CREATE INDEX IF NOT EXISTS `es_system__auth_account_userId_idx` ON `es_system__auth_account` (`user_id`)",
  `CREATE TABLE IF NOT EXISTS \`es_system__auth_session\` (
	\`id\` text PRIMARY KEY,
	\`expires_at\` integer NOT NULL,
	\`token\` text NOT NULL,
	\`created_at\` integer DEFAULT ${NOW_MS} NOT NULL,
	\`updated_at\` integer NOT NULL,
	\`ip_address\` text,
	\`user_agent\` text,
	\`user_id\` text NOT NULL,
	FOREIGN KEY (\`user_id\`) REFERENCES \`es_system__auth_user\`(\`id\`) ON DELETE cascade
)`,
  "CREATE UNIQUE INDEX IF NOT EXISTS `es_system__auth_session_token_unique` ON `es_system__auth_session` (`token`)",
  "CREATE INDEX IF NOT EXISTS `es_system__auth_session_userId_idx` ON `es_system__auth_session` (`user_id`)",
  `CREATE TABLE IF NOT EXISTS \`es_system__auth_verification\` (
	\`id\` text PRIMARY KEY,
	\`identifier\` text NOT NULL,
	\`value\` text NOT NULL,
	\`expires_at\` integer NOT NULL,
	\`created_at\` integer DEFAULT ${NOW_MS} NOT NULL,
	\`updated_at\` integer DEFAULT ${NOW_MS} NOT NULL
)`,
  "CREATE INDEX IF NOT EXISTS `es_system__auth_verification_identifier_idx` ON `es_system__auth_verification` (`identifier`)",
  `CREATE TABLE IF NOT EXISTS __drizzle_migrations (
	id SERIAL PRIMARY KEY,
	hash text NOT NULL,
	created_at numeric
)`,
];
