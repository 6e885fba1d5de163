/**
 * What can go wrong between us and the GPU, as types.
 *
 * Every message is a sentence or two: what was asked, what was found, what to do. A caller that only prints
 * `error.message` tells its user enough; a caller that wants to react tests with `instanceof`.
 */

/** The root of all errors of the device layer. */
export class DeviceError extends Error {
  // Written out in every class: a bundler's short names are none.
  override readonly name: string = 'DeviceError';
}

/** No adapter answers the request. The message lists what is there and says what to install. */
export class NoAdapterError extends DeviceError {
  override readonly name = 'NoAdapterError';
}

/** An argument that no device could serve: a size of zero, a range outside its buffer, an unknown option. */
export class DeviceUsageError extends DeviceError {
  override readonly name = 'DeviceUsageError';
}

/** A call on a device that its owner has closed. */
export class DeviceClosedError extends DeviceError {
  override readonly name = 'DeviceClosedError';
  constructor(asked: string) {
    super(`${asked} was asked of a device that has been closed. Open a new one with openDevice().`);
  }
}

/** The device is gone: the driver reset it, the adapter was unplugged, or a watchdog ended a long submission. */
export class DeviceLostError extends DeviceError {
  override readonly name = 'DeviceLostError';
  /** `destroyed` after close(), `unknown` for everything the driver did not explain. */
  readonly reason: string;
  constructor(reason: string, detail: string) {
    const said = detail.trim() === '' ? 'it gave no explanation' : `it said: ${oneLine(detail)}`;
    super(
      `The GPU device was lost (${reason}); ${said}. Nothing in its memory can be read any more: open a new ` +
        'device and start again from the last saved record.',
    );
    this.reason = reason;
  }
}

/** The adapter had no memory left for a buffer that its limits would allow. */
export class OutOfMemoryError extends DeviceError {
  override readonly name = 'OutOfMemoryError';
  readonly bytes: number;
  readonly label: string;
  constructor(label: string, bytes: number, liveBytes: number, detail: string) {
    super(
      `The adapter has no memory for the buffer '${label}' of ${formatBytes(bytes)}; ${formatBytes(liveBytes)} ` +
        `are already live on this device (${oneLine(detail)}). Use a smaller batch, a shorter horizon or more ` +
        'checkpoints, or destroy plans that are no longer needed.',
    );
    this.bytes = bytes;
    this.label = label;
  }
}

/** A buffer larger than a limit of the adapter: refused before the driver is asked. */
export class BufferTooLargeError extends DeviceError {
  override readonly name = 'BufferTooLargeError';
  readonly bytes: number;
  readonly limit: number;
  readonly limitName: 'maxBufferSize' | 'maxStorageBufferBindingSize';
  constructor(
    label: string,
    bytes: number,
    limitName: 'maxBufferSize' | 'maxStorageBufferBindingSize',
    limit: number,
    adapterName: string,
  ) {
    const remedy =
      limitName === 'maxBufferSize'
        ? 'Split the work into smaller parts (fewer tasks at a time, a smaller batch, more checkpoints) or choose another adapter.'
        : 'Split it, or create it with boundInParts: true and bind ranges within the limit.';
    super(
      `The buffer '${label}' needs ${formatBytes(bytes)}, but ${limitName} of the adapter '${adapterName}' is ` +
        `${formatBytes(limit)}. ${remedy}`,
    );
    this.bytes = bytes;
    this.limit = limit;
    this.limitName = limitName;
  }
}

/** The device refused a command that it was given: a fault of ours, not of the input. */
export class GpuValidationError extends DeviceError {
  override readonly name = 'GpuValidationError';
  /** Every refusal since the last report, in the device's own words. */
  readonly details: readonly string[];
  constructor(details: readonly string[]) {
    const more = details.length > 1 ? ` (and ${details.length - 1} more after it)` : '';
    super(`internal: the GPU refused a command${more}: ${oneLine(details[0] ?? 'no detail given')}`);
    this.details = details;
  }
}

/** The driver failed at something valid. */
export class GpuInternalError extends DeviceError {
  override readonly name = 'GpuInternalError';
  constructor(detail: string) {
    super(
      `The GPU driver failed at a valid command: ${oneLine(detail)}. Try again with another adapter or driver version.`,
    );
  }
}

/** WGSL that does not compile. `line` and `column` count from 1, in the text as it was handed over. */
export class WgslError extends DeviceError {
  override readonly name = 'WgslError';
  readonly line: number;
  readonly column: number;
  readonly wgsl: string;
  constructor(label: string, wgsl: string, line: number, column: number, length: number, detail: string) {
    const source = wgsl.split('\n')[line - 1] ?? '';
    const marker = `${' '.repeat(Math.max(0, column - 1))}${'^'.repeat(Math.max(1, length))}`;
    super(
      `The WGSL of '${label}' does not compile: line ${line}, column ${column}: ${oneLine(detail)}\n` +
        `  ${source}\n  ${marker}`,
    );
    this.line = line;
    this.column = column;
    this.wgsl = wgsl;
  }
}

/** WGSL that compiles, but of which this device makes no pipeline: too large a workgroup, too many bindings. */
export class PipelineError extends DeviceError {
  override readonly name = 'PipelineError';
  readonly wgsl: string;
  constructor(label: string, wgsl: string, adapterName: string, detail: string) {
    super(`The adapter '${adapterName}' makes no compute pipeline of '${label}': ${oneLine(detail)}`);
    this.wgsl = wgsl;
  }
}

/** Buffers that their owner forgot to destroy. */
export class LeakError extends DeviceError {
  override readonly name = 'LeakError';
}

/** `1536` → `1536 bytes`; from a mebibyte on with a rounded figure beside the exact one. */
export function formatBytes(bytes: number): string {
  const exact = `${bytes} bytes`;
  if (bytes >= 2 ** 30) return `${exact} (${(bytes / 2 ** 30).toFixed(2)} GiB)`;
  if (bytes >= 2 ** 20) return `${exact} (${(bytes / 2 ** 20).toFixed(1)} MiB)`;
  return exact;
}

/** Drivers wrap and indent; a sentence stands on one line and ends without its own full stop. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().replace(/\.$/, '');
}
