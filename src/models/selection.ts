import type { Image } from '../api/schema';

/** Which images are marked. Immutable: every change makes a new one. */
export class Selection {
  constructor(
    private readonly _images: ReadonlyMap<string, Image> = new Map(),
    /** Where a range begins: the reference that was marked last. */
    readonly anchor: string | null = null
  ) {}

  get images(): Image[] {
    return [...this._images.values()];
  }

  get size(): number {
    return this._images.size;
  }

  has(image: Image): boolean {
    return this._images.has(image.reference);
  }

  /** This image alone. */
  only(image: Image): Selection {
    return new Selection(new Map([[image.reference, image]]), image.reference);
  }

  /** The same, with this image marked or no longer marked. */
  toggled(image: Image): Selection {
    const images = new Map(this._images);
    if (!images.delete(image.reference)) {
      images.set(image.reference, image);
    }
    return new Selection(images, image.reference);
  }

  /** These images; the anchor stays. */
  range(images: readonly Image[]): Selection {
    return new Selection(
      new Map(images.map(image => [image.reference, image])),
      this.anchor
    );
  }
}
