import type { CommandTree } from "../lib/cli/tree.ts";

/** Everything a user can say. Each leaf is loaded only when it is called. */
export const COMMANDS: CommandTree = {
  init: {
    about: "Make a new project from a template",
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
        about: "Show every migration and whether it is applied",
        load: async () => (await import("./db/status.ts")).statusCommand,
      },
      undo: {
        about: "Go back to the restore point taken before a migration",
        load: async () => (await import("./db/undo.ts")).undoCommand,
      },
      repair: {
        about: "Correct which migrations count as applied; shows a plan first",
        load: async () => (await import("./db/repair.ts")).repairCommand,
      },
      check: {
        about: "Check migrations, schema and database against each other",
        evaluates: true,
        load: async () => (await import("./db/check.ts")).checkCommand,
      },
      sql: {
        about: "Read and change rows of the database",
        load: async () => (await import("./db/sql.ts")).sqlCommand,
      },
    },
  },
  storage: {
    about: "Apply the declared buckets; list, fetch, store and remove objects",
    example: ["Create the declared buckets", "edgespark storage apply"],
    commands: {
      apply: {
        about: "Create, change and remove buckets as the project declares them",
        evaluates: true,
        load: async () => (await import("./storage/apply.ts")).applyCommand,
      },
      ls: {
        about: "List the objects of a bucket",
        load: async () => (await import("./storage/ls.ts")).lsCommand,
      },
      get: {
        about: "Fetch an object into a file or to stdout",
        load: async () => (await import("./storage/get.ts")).getCommand,
      },
      put: {
        about: "Store a file or what is piped in as an object",
        load: async () => (await import("./storage/put.ts")).putCommand,
      },
      rm: {
        about: "Remove objects",
        load: async () => (await import("./storage/rm.ts")).rmCommand,
      },
      bucket: {
        about: "Look at buckets",
        example: ["With descriptions", "edgespark storage bucket list --desc"],
        commands: {
          list: {
            about: "List the applied buckets",
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
    about: "Set, list and delete plain runtime values",
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
        about: "Open a page where a person enters the values",
        load: async () => (await import("./secret/set.ts")).setCommand,
      },
      list: {
        about: "List the names and states of secrets, never values",
        load: async () => (await import("./secret/list.ts")).listCommand,
      },
      check: {
        about: "List the declared secrets that have no value",
        load: async () => (await import("./secret/check.ts")).checkCommand,
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
  check: {
    about: "Check the whole repository in one go, and say what mends it",
    evaluates: true,
    load: async () => (await import("./check.ts")).checkCommand,
  },
  doctor: {
    about: "Say whether this machine and project are in order, and what to do",
    load: async () => (await import("./doctor.ts")).doctorCommand,
  },
  deploy: {
    about: "Check, build and activate the app",
    evaluates: true,
    load: async () => (await import("./deploy.ts")).deployCommand,
    commands: {
      list: {
        about: "List the stored deployments",
        load: async () => (await import("./deploy/list.ts")).listCommand,
      },
      rollback: {
        about: "Activate an earlier deployment again",
        load: async () => (await import("./deploy/rollback.ts")).rollbackCommand,
      },
    },
  },
  dev: {
    about: "Run the app while you write it; each save is taken up",
    load: async () => (await import("./dev.ts")).devCommand,
  },
  serve: {
    about: "Run the local server",
    load: async () => (await import("./serve.ts")).serveCommand,
  },
  status: {
    about: "Show whether the local server runs, and where",
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
        about: "Print the app's log: history, then what comes",
        load: async () => (await import("./log/tail.ts")).tailCommand,
      },
    },
  },
};
