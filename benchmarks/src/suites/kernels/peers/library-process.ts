/** @file The benchmark's end of the line to a library in a process of its own, whatever language that speaks. */
import type { Work } from '../work.ts';
import type { AdapterText, Facts, LibraryName } from './library.ts';
import type { ReadyWork, SampledWork } from './protocol.ts';

/** How a library failed at a row. */
export class LibraryError extends Error {
  override readonly name = 'LibraryError';
  readonly status: 'unsupported' | 'timeout' | 'error';

  constructor(status: LibraryError['status'], message: string) {
    super(message);
    this.status = status;
  }
}

/** Why a library that was asked has no answer: its process is gone. @param complaints the last that it wrote */
export function goneText(how: string, complaints: string): string {
  const said = complaints.trim();
  return `its process ${how}${said === '' ? '' : `; it last said: ${said}`}`;
}

export interface LibraryProcess {
  readonly library: LibraryName;
  /** Starts the process when it does not run. Returns what the library says of where it computes. */
  open(): Promise<AdapterText>;
  /** Makes a work ready and returns its first results. @throws {LibraryError} */
  prepare(work: Work, timeoutMs: number): Promise<ReadyWork>;
  /** One sample of the work made ready last. @throws {LibraryError} */
  sample(times: number, timeoutMs: number): Promise<SampledWork>;
  /** Lets go of the work made ready last. */
  release(): Promise<Facts>;
  close(): Promise<void>;
}
