/**
 * @file Downloads that can be interrupted at any moment.
 *
 * Bytes arrive in `NAME.part` beside the place of the file. A second try goes on where the first stopped. Only when the
 * part is whole and its checksum is right does it get its name, in one step: a file that has its name is complete.
 */
import { readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { DataFile, Download } from '../dataset/types.ts';
import { DatasetError, reasonOf } from '../errors.ts';
import { closePart, lengthOfPart, openPart, prepareFolder, writeRecord } from './part.ts';
import { digest, faultOf, recordedChecksumPath } from './verify.ts';

/** How a download reports and where it goes. */
export interface FetchOptions {
  /** The folder below which `file.path` is put. */
  readonly folder: string;
  /** Called as bytes arrive; `total` is undefined while the server does not say. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** A server that sends nothing for this long is given up, in milliseconds. */
  readonly stallMs?: number;
  /** A download that takes longer than this is stopped, however steadily it drips, in milliseconds; an hour by default. */
  readonly mostMs?: number;
}

/**
 * Downloads one file, or goes on with a download that was interrupted, checks it and puts it in its place.
 *
 * @param file - A file with a `download`.
 * @returns The place of the file.
 * @throws DatasetError that says what happened, and whether what arrived was kept.
 */
export async function fetchFile(file: DataFile, options: FetchOptions): Promise<string> {
  const { download } = file;
  if (download === undefined) throw new DatasetError(noDownload(file));
  const place = join(options.folder, ...file.path.split('/'));
  const part = `${place}.part`;
  prepareFolder(place);

  await receive(file, download, part, options);
  const bytes = readFileSync(part);
  const fault = faultOf(file, bytes);
  if (fault !== undefined) {
    rmSync(part);
    throw new DatasetError(
      `What ${download.url} sent is not ${file.path}: it ${fault}. It was deleted; try again, and if this ` +
        `repeats, the file there has changed.`,
    );
  }
  if (file.sha256 === undefined && download.sha256 === undefined) {
    writeRecord(recordedChecksumPath(place), `${digest('sha256', bytes)}\n`);
  }
  try {
    renameSync(part, place);
  } catch (error) {
    throw new DatasetError(`${place} cannot be put in its place: ${reasonOf(error)}. What arrived was kept.`);
  }
  return place;
}

/** The sentence for a file that is served nowhere. */
export function noDownload(file: DataFile): string {
  return (
    `${file.path} cannot be downloaded: it was made from an original and is served nowhere ` +
    `(${file.madeFrom ?? 'no source is recorded'}). Set LONGHORIZON_DATA to a folder that has it.`
  );
}

/** Brings `part` to its full length. */
async function receive(
  file: DataFile,
  download: Download,
  part: string,
  options: FetchOptions,
): Promise<void> {
  const expected = download.bytes ?? file.bytes;
  let have = lengthOfPart(part);
  if (have === expected) return;
  if (expected !== undefined && have > expected) have = 0;

  const watch = new Watch(options.stallMs ?? 30_000, options.mostMs ?? 3_600_000);
  try {
    const response = await request(download.url, have, watch.signal, file);
    if (response.status === 416) {
      // Nothing is left to send if the part is as long as the file there; else the part is of no use.
      await response.body?.cancel();
      if (response.headers.get('content-range') === `bytes */${have}`) return;
      rmSync(part);
      throw new DatasetError(
        `The part of ${file.path} that was kept does not fit ${download.url}. It was deleted.`,
      );
    }
    if (!response.ok || response.body === null) {
      throw new DatasetError(`${download.url} answered ${response.status} ${response.statusText}.`);
    }
    // A server that does not know ranges answers 200 and starts anew.
    if (response.status !== 206) have = 0;
    else await checkRange(response, file, download.url, have, expected);
    const announced = response.headers.get('content-length') ?? '';
    const total = expected ?? (/^\d+$/.test(announced) ? have + Number(announced) : undefined);
    const received = await append(response.body, part, have, total, file, watch, options);
    if (total !== undefined && received < total) {
      throw new DatasetError(
        `The download of ${file.path} ended after ${received} of ${total} bytes. They were kept: the next try goes ` +
          `on from there.`,
      );
    }
  } finally {
    watch.end();
  }
}

/** Refuses a part of the file that does not begin where ours ends: appended, it would be another file. */
async function checkRange(
  response: Response,
  file: DataFile,
  url: string,
  have: number,
  expected: number | undefined,
): Promise<void> {
  const range = response.headers.get('content-range');
  const [, first, end, total] = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(range ?? '') ?? [];
  const isNext = first !== undefined && Number(first) === have && Number(end) >= have;
  if (isNext && (expected === undefined || total === '*' || Number(total) === expected)) return;
  await response.body?.cancel();
  throw new DatasetError(
    `${url} was asked for ${file.path} from byte ${have} on${expected === undefined ? '' : ` of ${expected}`}, but ` +
      `answered with the range '${range ?? 'none'}'. Nothing of it was kept; delete the .part file to begin anew.`,
  );
}

/** Writes what arrives after the first `have` bytes of `part`; gives the length reached. */
async function append(
  body: ReadableStream<Uint8Array>,
  part: string,
  have: number,
  total: number | undefined,
  file: DataFile,
  watch: Watch,
  options: FetchOptions,
): Promise<number> {
  const handle = openPart(part, have > 0);
  let received = have;
  try {
    for await (const chunk of body) {
      watch.alive();
      writeSync(handle, chunk);
      received += chunk.byteLength;
      options.onProgress?.(received, total);
      if (total !== undefined && received > total) break;
    }
    return received;
  } catch (error) {
    throw new DatasetError(
      `The download of ${file.path} stopped after ${received}${total === undefined ? '' : ` of ${total}`} bytes ` +
        `(${reason(error)}). They were kept: the next try goes on from there.`,
    );
  } finally {
    closePart(handle);
  }
}

/** Gives up on a server that has sent nothing for some time, and on one that takes too long altogether. */
class Watch {
  readonly #controller = new AbortController();
  readonly #stallMs: number;
  readonly #deadline: NodeJS.Timeout;
  #stall: NodeJS.Timeout | undefined;

  constructor(stallMs: number, mostMs: number) {
    this.#stallMs = stallMs;
    const tooLong = `it took longer than ${mostMs / 1000} s altogether`;
    this.#deadline = setTimeout(() => this.#controller.abort(new Error(tooLong)), mostMs);
    this.alive();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  alive(): void {
    clearTimeout(this.#stall);
    const silent = 'the server sent nothing for too long';
    this.#stall = setTimeout(() => this.#controller.abort(new Error(silent)), this.#stallMs);
  }

  end(): void {
    clearTimeout(this.#stall);
    clearTimeout(this.#deadline);
  }
}

async function request(url: string, have: number, signal: AbortSignal, file: DataFile): Promise<Response> {
  try {
    // Compression would change the bytes that a range counts.
    const headers: Record<string, string> = { 'accept-encoding': 'identity' };
    if (have > 0) headers.range = `bytes=${have}-`;
    return await fetch(url, { headers, signal });
  } catch (error) {
    throw new DatasetError(
      `${url} could not be reached (${reason(error)}). If this machine is offline, copy the file to ` +
        `${file.path} below a folder named by LONGHORIZON_DATA, or below the cache folder.`,
    );
  }
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? (error.cause as NodeJS.ErrnoException) : undefined;
  return cause?.code ?? cause?.message ?? error.message;
}
