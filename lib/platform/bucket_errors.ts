/** A bucket that was to go holds other objects than its fingerprint says; nothing was changed. */
export class BucketChanged extends Error {
  override readonly name = "BucketChanged";
  constructor(readonly bucket: string) {
    super(`The objects of the bucket ${bucket} changed`);
  }
}
