import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DataFile } from '../dataset/types.ts';
import { fetchFile } from './download.ts';

const CONTENT = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * i) % 251));
const sum = (algorithm: 'sha256' | 'md5', bytes: Uint8Array) =>
  createHash(algorithm).update(bytes).digest('hex');

let server: Server;
let folder: string;
let requests: IncomingMessage[];
/** What the server of a test answers. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'longhorizon-download-'));
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((ready) => {
    server.listen(0, '127.0.0.1', ready);
  });
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => {
    server.close(closed);
  });
  rmSync(folder, { recursive: true });
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/set/file.bin`;
const place = () => join(folder, 'set', 'file.bin');
const part = () => `${place()}.part`;

const file = (fields: Partial<DataFile> = {}): DataFile => ({
  path: 'set/file.bin',
  role: 'images',
  bytes: CONTENT.length,
  sha256: sum('sha256', CONTENT),
  download: { url: url() },
  ...fields,
});

/** Answers ranges as servers do. */
function sendRange(content: Buffer, request: IncomingMessage, response: ServerResponse): void {
  const first = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (request.headers.range === undefined) {
    response.writeHead(200, { 'content-length': content.length }).end(content);
  } else if (first >= content.length) {
    response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
  } else {
    response
      .writeHead(206, {
        'content-length': content.length - first,
        'content-range': `bytes ${first}-${content.length - 1}/${content.length}`,
      })
      .end(content.subarray(first));
  }
}

describe('fetchFile', () => {
  it('puts the file in its place and tells how far it is', async () => {
    answer = (request, response) => sendRange(CONTENT, request, response);
    const progress: [number, number | undefined][] = [];
    const at = await fetchFile(file(), { folder, onProgress: (...step) => progress.push(step) });
    expect(at).toBe(place());
    expect(readFileSync(place()).equals(CONTENT)).toBe(true);
    expect(existsSync(part())).toBe(false);
    expect(progress.at(-1)).toEqual([CONTENT.length, CONTENT.length]);
  });

  it('keeps what came when the connection breaks, gives it no name, and goes on from there', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 40_000), () => setTimeout(() => response.destroy(), 50));
    };
    await expect(fetchFile(file(), { folder })).rejects.toThrow(
      /The download of set\/file.bin stopped after 40000 of 100000 bytes \(.*\). They were kept/,
    );
    expect(existsSync(place())).toBe(false);
    expect(readFileSync(part()).length).toBe(40_000);

    answer = (request, response) => sendRange(CONTENT, request, response);
    await fetchFile(file(), { folder });
    expect(requests.at(-1)!.headers.range).toBe('bytes=40000-');
    expect(readFileSync(place()).equals(CONTENT)).toBe(true);
  });

  it('starts anew where the server does not know ranges', async () => {
    answer = (_, response) => response.writeHead(200, { 'content-length': CONTENT.length }).end(CONTENT);
    await fetchFile(file(), { folder });
    rmSync(place());
    writeFileSync(part(), 'something else');
    await fetchFile(file(), { folder });
    expect(readFileSync(place()).equals(CONTENT)).toBe(true);
  });

  it('uses a part that is already whole without asking again', async () => {
    answer = (request, response) => sendRange(CONTENT, request, response);
    await fetchFile(file(), { folder });
    writeFileSync(part(), CONTENT);
    rmSync(place());
    await fetchFile(file(), { folder });
    expect(requests.length).toBe(1);
    expect(existsSync(place())).toBe(true);
  });

  it('finds out that a part of unknown length is already whole', async () => {
    answer = (request, response) => sendRange(CONTENT, request, response);
    const { bytes: _, ...unsized } = file();
    await fetchFile(unsized, { folder });
    writeFileSync(part(), CONTENT);
    await fetchFile(unsized, { folder });
    expect(requests.at(-1)!.headers.range).toBe('bytes=100000-');
    writeFileSync(part(), Buffer.concat([CONTENT, CONTENT]));
    await expect(fetchFile(unsized, { folder })).rejects.toThrow('does not fit');
    expect(existsSync(part())).toBe(false);
  });

  it('refuses and deletes a wrong file of the right length', async () => {
    const wrong = Buffer.from(CONTENT);
    wrong[500]! ^= 1;
    answer = (request, response) => sendRange(wrong, request, response);
    await expect(fetchFile(file(), { folder })).rejects.toThrow(
      `is not set/file.bin: it has SHA-256 ${sum('sha256', wrong)} (100000 bytes) instead of ${sum('sha256', CONTENT)}`,
    );
    expect(existsSync(place())).toBe(false);
    expect(existsSync(part())).toBe(false);
  });

  it('refuses a page sent instead of the file, and a file that is too long', async () => {
    answer = (_, response) => response.writeHead(200).end('<html>sign in</html>');
    await expect(fetchFile(file(), { folder })).rejects.toThrow('ended after 20 of 100000 bytes');
    answer = (_, response) => response.writeHead(200).end(Buffer.concat([CONTENT, CONTENT]));
    await expect(fetchFile(file(), { folder })).rejects.toThrow('is not set/file.bin');
    expect(existsSync(place())).toBe(false);
  });

  it('checks an MD5 where no SHA-256 is known, and records the SHA-256 of what it trusted', async () => {
    answer = (request, response) => sendRange(CONTENT, request, response);
    const byMd5: DataFile = {
      path: 'set/file.bin',
      role: 'archive',
      download: { url: url(), md5: sum('md5', CONTENT) },
    };
    await fetchFile(byMd5, { folder });
    expect(readFileSync(`${place()}.sha256`, 'utf8').trim()).toBe(sum('sha256', CONTENT));
    rmSync(place());
    const wrong = { ...byMd5, download: { url: url(), md5: sum('md5', Buffer.from('other')) } };
    await expect(fetchFile(wrong, { folder })).rejects.toThrow(`has MD5 ${sum('md5', CONTENT)}`);
    expect(existsSync(place())).toBe(false);
  });

  it('accepts the served bytes where they differ from the stored ones', async () => {
    answer = (request, response) => sendRange(CONTENT, request, response);
    const compressedAnew = file({
      bytes: 77,
      sha256: '0'.repeat(64),
      download: { url: url(), bytes: CONTENT.length, sha256: sum('sha256', CONTENT) },
    });
    await fetchFile(compressedAnew, { folder });
    expect(existsSync(place())).toBe(true);
  });

  it('says what the server answered', async () => {
    answer = (_, response) => response.writeHead(404).end();
    await expect(fetchFile(file(), { folder })).rejects.toThrow('/set/file.bin answered 404 Not Found.');
  });

  it('says so when the machine is offline', async () => {
    const unreachable = file({ download: { url: 'http://127.0.0.1:1/file.bin' } });
    await expect(fetchFile(unreachable, { folder })).rejects.toThrow(
      /could not be reached \(.*\). If this machine is offline, copy the file to set\/file.bin below a folder named by LONGHORIZON_DATA/,
    );
  });

  it('gives up on a server that falls silent', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 10));
    };
    await expect(fetchFile(file(), { folder, stallMs: 200 })).rejects.toThrow(
      'the server sent nothing for too long',
    );
  });

  it('gives up on a server that drips, and keeps what came', async () => {
    let drip: NodeJS.Timeout | undefined;
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      drip = setInterval(() => response.write(CONTENT.subarray(0, 1)), 20);
    };
    try {
      await expect(fetchFile(file(), { folder, stallMs: 10_000, mostMs: 2_000 })).rejects.toThrow(
        /stopped after \d+ of 100000 bytes \(it took longer than 2 s altogether\). They were kept/,
      );
    } finally {
      clearInterval(drip);
    }
    expect(readFileSync(part()).length).toBeGreaterThan(0);
    expect(existsSync(place())).toBe(false);
  });

  it.each([
    'bytes 0-99999/100000',
    'bytes 50000-99999/100000',
    'bytes 40000-99999/140000',
    'bytes 40000-39999/100000',
    'bytes */100000',
    undefined,
  ])('refuses the range %s in place of the one asked for', async (range) => {
    mkdirSync(join(folder, 'set'));
    writeFileSync(part(), CONTENT.subarray(0, 40_000));
    answer = (_, response) =>
      response
        .writeHead(206, range === undefined ? {} : { 'content-range': range })
        .end(CONTENT.subarray(40_000));
    await expect(fetchFile(file(), { folder })).rejects.toThrow(
      `was asked for set/file.bin from byte 40000 on of 100000, but answered with the range '${range ?? 'none'}'`,
    );
    expect(readFileSync(part()).equals(CONTENT.subarray(0, 40_000))).toBe(true);
  });

  it('refuses a wrong range where neither sum nor length is known', async () => {
    mkdirSync(join(folder, 'set'));
    writeFileSync(part(), CONTENT.subarray(0, 40_000));
    answer = (_, response) =>
      response.writeHead(206, { 'content-range': 'bytes 0-99999/100000' }).end(CONTENT);
    const unknown: DataFile = { path: 'set/file.bin', role: 'archive', download: { url: url() } };
    await expect(fetchFile(unknown, { folder })).rejects.toThrow("the range 'bytes 0-99999/100000'");
    expect(existsSync(place())).toBe(false);
  });

  it('does not follow a link in the place of its part, nor of the checksum that it records', async () => {
    answer = (request, response) => sendRange(CONTENT, request, response);
    mkdirSync(join(folder, 'set'));
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, part());
    await expect(fetchFile(file(), { folder })).rejects.toThrow(`${part()} is a link`);
    rmSync(part());
    symlinkSync(join(folder, 'nowhere'), part());
    await expect(fetchFile(file(), { folder })).rejects.toThrow('is a link');
    rmSync(part());
    symlinkSync(victim, `${place()}.sha256`);
    const unknown: DataFile = { path: 'set/file.bin', role: 'archive', download: { url: url() } };
    await expect(fetchFile(unknown, { folder })).rejects.toThrow('file.bin.sha256 cannot be written');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(lstatSync(join(folder, 'nowhere'), { throwIfNoEntry: false })).toBeUndefined();
  });

  it('says so where a folder, or no folder, stands in its way', async () => {
    answer = (request, response) => sendRange(CONTENT, request, response);
    mkdirSync(place(), { recursive: true });
    await expect(fetchFile(file(), { folder })).rejects.toThrow(
      `${place()} is a folder, where a file should be`,
    );
    rmSync(place(), { recursive: true });
    mkdirSync(part());
    await expect(fetchFile(file(), { folder })).rejects.toThrow(`${part()} is no file`);
    rmSync(join(folder, 'set'), { recursive: true });
    writeFileSync(join(folder, 'set'), 'a file');
    await expect(fetchFile(file(), { folder })).rejects.toThrow('cannot be made');
    expect(requests).toEqual([]);
  });

  it('says so when a file is served nowhere', async () => {
    const { download: _, ...made } = file({ madeFrom: 'the first 300 of each class' });
    await expect(fetchFile(made, { folder })).rejects.toThrow(
      'set/file.bin cannot be downloaded: it was made from an original and is served nowhere (the first 300 of each class)',
    );
  });
});
