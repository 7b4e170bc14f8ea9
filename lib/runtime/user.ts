/** Who is signed in, as an app sees it (contract section 6.2). */
export interface User {
  readonly id: string;
  readonly email: string | null;
  readonly name: string | null;
  readonly image: string | null;
  readonly emailVerified: boolean;
  readonly isAnonymous: boolean;
  readonly createdAt: Date;
}
