import type { Image } from '../api/schema';

/** The selected images. Immutable: each change returns a new selection. */
export class Selection {
  constructor(
    private readonly _images: ReadonlyMap<string, Image> = new Map(),
    /** The reference where a range begins: the one selected last. */
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

  /** Return a selection of only this image. */
  only(image: Image): Selection {
    return new Selection(new Map([[image.reference, image]]), image.reference);
  }

  /** Return the selection with this image added or removed. */
  toggled(image: Image): Selection {
    const images = new Map(this._images);
    if (!images.delete(image.reference)) {
      images.set(image.reference, image);
    }
    return new Selection(images, image.reference);
  }

  /** Return a selection of these images. */
  range(images: readonly Image[], anchor: string | null): Selection {
    return new Selection(new Map(entriesOf(images)), anchor);
  }

  /** Return the selection with these images added. */
  joined(images: readonly Image[], anchor: string | null): Selection {
    return new Selection(
      new Map([...this._images, ...entriesOf(images)]),
      anchor
    );
  }
}

function entriesOf(images: readonly Image[]): [string, Image][] {
  return images.map(image => [image.reference, image]);
}
