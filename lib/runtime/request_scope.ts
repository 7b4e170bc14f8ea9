import type { ClientAddress } from "./client_address.ts";
import type { RequestScope } from "./context.ts";
import type { LoadedDeployment, RuntimeHost } from "./host.ts";
import { errorRecord } from "./log.ts";
import { createStorageClient, type StorageClient } from "./storage/client.ts";
import type { Presigner } from "./storage/presign.ts";
import type { User } from "./user.ts";

/** What all requests of a deployment share. */
export interface SharedScope {
  host: RuntimeHost;
  deployment: LoadedDeployment | null;
  db: object;
  presigner: Presigner;
}

/** The scope of a request to a deployment. A class, so that a request makes no functions of its own. */
export class DeploymentScope implements RequestScope {
  user: User | null = null;

  constructor(
    private readonly shared: SharedScope,
    readonly requestId: string,
    private readonly client: ClientAddress,
  ) {}

  get db(): object {
    return this.shared.db;
  }

  get environment(): RequestScope["environment"] {
    return this.shared.host.environment;
  }

  get storage(): StorageClient {
    const { host, deployment, presigner } = this.shared;
    const { client } = this;
    return createStorageClient({
      store: host.objects,
      presigner,
      get origin() {
        return client.origin;
      },
      declared: deployment?.module.buckets ?? [],
      applied: () => host.live().buckets,
    });
  }

  variable(name: string): string | null {
    return own(this.shared.host.live().vars, name);
  }

  secret(name: string): string | null {
    return own(this.shared.host.live().secrets, name);
  }

  background(promise: Promise<unknown>): void {
    const { host } = this.shared;
    host.background.add(
      promise,
      (error) => host.log(errorRecord("Background work failed", error)),
    );
  }
}

function own(values: Record<string, string>, name: string): string | null {
  return Object.hasOwn(values, name) ? values[name] ?? null : null;
}
