import { regionBytes } from '../compile/storage.ts';
import type { LedgerBuffer } from '../device/buffer.ts';
import { checkDevice } from '../device/check-device.ts';
import type { Device } from '../device/device.ts';
import { DeviceUsageError } from '../device/errors.ts';
import type { ByteClass } from '../device/ledger.ts';
import { checkElements } from '../graph/elements.ts';
import { checkNumbers } from '../graph/numbers.ts';
import { elementCount, type Shape, ShapeError, showShape } from '../graph/shape.ts';
import type { DType } from '../graph/tensor.ts';

/** The host's arrays of the three element types: f32, i32 and u32. */
export type TypedArray = Float32Array | Int32Array | Uint32Array;

/** Numbers as bytes of an element type. */
export function toTypedArray(values: ArrayLike<number>, dtype: DType): TypedArray {
  if (dtype === 'f32') return values instanceof Float32Array ? values : Float32Array.from(values);
  if (dtype === 'i32') return values instanceof Int32Array ? values : Int32Array.from(values);
  return values instanceof Uint32Array ? values : Uint32Array.from(values);
}

/** What a device array is besides its shape: element type, label, and the class of its bytes in the ledger. */
export interface DeviceArrayOptions {
  readonly dtype?: DType;
  readonly label?: string;
  /** What the bytes are for, in the ledger. */
  readonly class?: ByteClass;
}

/** A place in a buffer that holds several arrays; the offset is a multiple of 256. The place of a row is always the same object. */
export interface ArrayPlace {
  readonly buffer: LedgerBuffer;
  readonly offset: number;
}

/**
 * An array in GPU memory, zero until written. It is freed by `destroy()`, never by the garbage collector, which does not
 * know how much GPU memory hangs on an object. Elements take 4 bytes each, an array whole 16-byte vectors.
 *
 * @throws {ShapeError} when as many values are written as the shape does not have
 * @throws {DeviceUsageError} when it is used after it was destroyed
 * @example
 * ```ts
 * import { DeviceArray, openDevice } from '@longhorizon/tensor';
 *
 * const device = await openDevice();
 * const x = DeviceArray.from(device, [1, 2, 3, 4], [2, 2]);
 * x.write([5, 6, 7, 8]);
 * console.assert((await x.read()).join() === '5,6,7,8');
 * x.destroy();
 * await device.close();
 * ```
 */
export class DeviceArray {
  /** What messages call it, also where a bundler has shortened the class's own name. */
  get [Symbol.toStringTag](): string {
    return 'DeviceArray';
  }
  readonly device: Device;
  readonly #buffer: LedgerBuffer | undefined;
  /** First byte of the array in its buffer. */
  readonly offset: number;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly #owns: boolean;

  /**
   * @param options `within: 'nowhere'` gives an array without memory, whose shape and type are enough to predict bytes
   * @throws {BufferTooLargeError} before anything is allocated, when the adapter has no such buffers
   */
  constructor(
    device: Device,
    shape: Shape,
    options: DeviceArrayOptions & { readonly within?: ArrayPlace | 'nowhere' } = {},
  ) {
    checkDevice('DeviceArray', device);
    this.device = device;
    const { within } = options;
    const place = within === 'nowhere' ? undefined : within;
    this.offset = place?.offset ?? 0;
    this.#owns = within === undefined;
    this.shape = [...shape];
    this.dtype = options.dtype ?? 'f32';
    if (within !== undefined) {
      this.#buffer = place?.buffer;
      return;
    }
    const elements = elementCount(shape);
    const bytes = regionBytes(elements);
    const own = options.class ?? 'data';
    const padding = bytes - 4 * elements;
    this.#buffer = device.createBuffer({
      bytes,
      label: options.label ?? `array ${showShape(shape)}`,
      classes: padding === 0 || own === 'padding' ? { [own]: bytes } : { [own]: 4 * elements, padding },
    });
  }

  /** An array holding these values. */
  static from(
    device: Device,
    values: ArrayLike<number>,
    shape?: Shape,
    options: DeviceArrayOptions = {},
  ): DeviceArray {
    checkNumbers('DeviceArray.from', values);
    const array = new DeviceArray(device, shape ?? [values.length], options);
    array.write(values);
    return array;
  }

  /** Where the array lies. @throws {DeviceUsageError} of an array without memory */
  get buffer(): LedgerBuffer {
    if (this.#buffer === undefined)
      throw new DeviceUsageError(
        `an array of shape ${showShape(this.shape)} has no memory, as it was made to predict bytes; make one with DeviceArray.from to use it.`,
      );
    return this.#buffer;
  }

  /** Bytes that the array takes in its buffer, whole 16-byte vectors. */
  get bytes(): number {
    return regionBytes(elementCount(this.shape));
  }

  /** @throws {DeviceUsageError} when its buffer has been destroyed */
  checkLive(asked: string): void {
    this.buffer.checkRange(asked, this.offset, 0);
  }

  /**
   * Replaces all elements, after all that was asked of the device before, a run that is under way included.
   * @throws {ShapeError} unless there is a value for each element
   * @throws TypeError for what is no array of numbers
   * @throws RangeError for a number that an integer type cannot hold
   */
  write(values: ArrayLike<number>): void {
    checkNumbers('write', values);
    const elements = elementCount(this.shape);
    if (values.length !== elements)
      throw new ShapeError(
        `write: ${values.length} values were given for an array of shape ${showShape(this.shape)}, which has ${elements} elements.`,
      );
    checkElements('write', values, this.dtype);
    if (elements > 0) {
      this.device.write(
        this.buffer,
        toTypedArray(values, this.dtype) as Float32Array<ArrayBuffer>,
        this.offset,
      );
    }
  }

  /** The elements, once all submitted work is done. */
  async read(): Promise<TypedArray> {
    const elements = elementCount(this.shape);
    if (elements === 0) return toTypedArray([], this.dtype);
    const bytes = await this.device.read(this.buffer, this.offset, 4 * elements);
    if (this.dtype === 'f32') return new Float32Array(bytes);
    return this.dtype === 'i32' ? new Int32Array(bytes) : new Uint32Array(bytes);
  }

  /** Frees the buffer. An array within a larger buffer is freed with that buffer. */
  destroy(): void {
    if (this.#owns) this.buffer.destroy();
  }
}
