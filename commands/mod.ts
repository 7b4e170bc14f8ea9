import type { CommandTree } from "../lib/cli/tree.ts";

/** Everything a user can say. Each leaf is loaded only when it is called. */
export const COMMANDS: CommandTree = {
  init: {
    about: "Make a new project",
    load: async () => (await import("./init.ts")).initCommand,
  },
  login: {
    about: "Sign in to the platform (the local one needs none)",
    load: async () => (await import("./login.ts")).loginCommand,
  },
  db: {
    about: "Generate, apply and check database migrations",
    example: [
      "Write and apply what the schema calls for",
      "edgespark db generate && edgespark db migrate",
    ],
    commands: {
      generate: {
        about: "Write the migration that the declared schema calls for",
        evaluates: true,
        load: async () => (await import("./db/generate.ts")).generateCommand,
      },
      migrate: {
        about: "Apply the pending migrations",
        load: async () => (await import("./db/migrate.ts")).migrateCommand,
      },
      status: {
        about: "Say of every migration whether it is applied",
        load: async () => (await import("./db/status.ts")).statusCommand,
      },
      undo: {
        about: "Return to the restore point from before a migration",
        load: async () => (await import("./db/undo.ts")).undoCommand,
      },
      repair: {
        about: "Correct which migrations count as applied, after a plan",
        load: async () => (await import("./db/repair.ts")).repairCommand,
      },
      check: {
        about: "Check migrations, schema and database against each other",
        load: async () => (await import("./db/check.ts")).checkCommand,
      },
      sql: {
        about: "Read and change rows of the database",
        load: async () => (await import("./db/sql.ts")).sqlCommand,
      },
    },
  },
  storage: {
    about: "Apply and list storage buckets",
    example: ["Create the declared buckets", "edgespark storage apply"],
    commands: {
      apply: {
        about: "Make the platform's buckets those that the project declares",
        load: async () => (await import("./storage/apply.ts")).applyCommand,
      },
      bucket: {
        about: "Look at buckets",
        example: ["With descriptions", "edgespark storage bucket list --desc"],
        commands: {
          list: {
            about: "List the buckets of the platform",
            load: async () => (await import("./storage/bucket/list.ts")).listCommand,
          },
        },
      },
    },
  },
  auth: {
    about: "Pull, show and apply the auth config",
    example: ["Show the applied config", "edgespark auth get"],
    commands: {
      pull: {
        about: "Write the platform's auth config to configs/auth-config.yaml",
        load: async () => (await import("./auth/pull.ts")).pullCommand,
      },
      get: {
        about: "Show the auth config that was applied last",
        load: async () => (await import("./auth/get.ts")).getCommand,
      },
      apply: {
        about: "Apply configs/auth-config.yaml; takes effect at the next deploy",
        load: async () => (await import("./auth/apply.ts")).applyCommand,
      },
    },
  },
  var: {
    about: "Set and list plain runtime values",
    example: ["Set a var", "edgespark var set PUBLIC_API_BASE_URL=https://api.example.com"],
    commands: {
      set: {
        about: "Set one or more vars",
        load: async () => (await import("./var/set.ts")).setCommand,
      },
      list: {
        about: "List the vars with their values",
        load: async () => (await import("./var/list.ts")).listCommand,
      },
      delete: {
        about: "Delete one or more vars",
        load: async () => (await import("./var/delete.ts")).deleteCommand,
      },
    },
  },
  secret: {
    about: "Hand secrets over through a browser page",
    example: ["Ask a person for a secret", "edgespark secret set STRIPE_SECRET_KEY"],
    commands: {
      set: {
        about: "Open a page on which a person enters the values",
        load: async () => (await import("./secret/set.ts")).setCommand,
      },
      list: {
        about: "List the names and states of secrets, never values",
        load: async () => (await import("./secret/list.ts")).listCommand,
      },
      delete: {
        about: "Delete one or more secrets",
        load: async () => (await import("./secret/delete.ts")).deleteCommand,
      },
    },
  },
  pull: {
    about: "Refresh every generated file",
    load: async () => (await import("./pull/all.ts")).pullCommand,
    commands: {
      schema: {
        about: "Refresh the system tables and relations",
        load: async () => (await import("./pull/schema.ts")).pullSchemaCommand,
      },
      types: {
        about: "Refresh the SDK types, or check that they are fresh",
        load: async () => (await import("./pull/types.ts")).pullTypesCommand,
      },
    },
  },
  deploy: {
    about: "Check, build and activate the app",
    load: async () => (await import("./deploy.ts")).deployCommand,
  },
  serve: {
    about: "Run the local server",
    load: async () => (await import("./serve.ts")).serveCommand,
  },
  status: {
    about: "Say whether the local server runs and what it serves",
    load: async () => (await import("./status.ts")).statusCommand,
  },
  stop: {
    about: "Stop the local server",
    load: async () => (await import("./stop.ts")).stopCommand,
  },
  log: {
    about: "Read the logs of the app",
    example: ["The last ten minutes, then what comes", "edgespark log tail --since 10m"],
    commands: {
      tail: {
        about: "Print log records as they come",
        load: async () => (await import("./log/tail.ts")).tailCommand,
      },
    },
  },
};
