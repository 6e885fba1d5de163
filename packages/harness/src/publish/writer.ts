/** @file Writes the files of a folder that is being built, and keeps the list of them. */
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { flushFolder } from '../store/atomic.ts';

/** A file that is written piece by piece. */
export interface Sink {
  write(piece: string | Uint8Array): void;
  close(): void;
}

/** How much text is collected before it goes to the file. */
const bufferedCharacters = 2 ** 16;

/** Writes files into one folder. No path leads out of it, and none is written twice. */
export class FolderWriter {
  readonly folder: string;
  readonly #files = new Map<string, string>();
  readonly #folders = new Set<string>();

  constructor(folder: string) {
    this.folder = folder;
  }

  /** The files written so far, relative to the folder, in the order of their names. */
  get files(): readonly string[] {
    return [...this.#files.values()].sort();
  }

  /** Writes a whole file. */
  write(path: string, content: string | Uint8Array): void {
    this.writePieces(path, [content]);
  }

  /** Writes a whole file from pieces that are made one after another. */
  writePieces(path: string, pieces: Iterable<string | Uint8Array>): void {
    const sink = this.open(path);
    try {
      for (const piece of pieces) sink.write(piece);
    } finally {
      sink.close();
    }
  }

  /** Opens a file to be written piece by piece; `close` flushes it to the disk. */
  open(path: string): Sink {
    const file = openSync(this.place(path), 'wx');
    let text = '';
    const put = (bytes: Uint8Array): void => {
      let written = 0;
      while (written < bytes.length) written += writeSync(file, bytes, written);
    };
    const flushText = (): void => {
      put(Buffer.from(text));
      text = '';
    };
    return {
      write: (piece) => {
        if (typeof piece === 'string') {
          text += piece;
          if (text.length >= bufferedCharacters) flushText();
        } else {
          flushText();
          put(piece);
        }
      },
      close: () => {
        try {
          flushText();
          fsyncSync(file);
        } finally {
          closeSync(file);
        }
      },
    };
  }

  /**
   * Where a file of the folder goes; the folder it lies in is made.
   *
   * @throws when the path leads out of the folder, holds what some file system refuses, or is taken: paths are made from slugs, so that is
   * a fault of ours
   */
  place(path: string): string {
    const isInside = path
      .split('/')
      .every((part) => /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part) && part.length <= 128);
    if (!isInside)
      throw new Error(`internal: ${JSON.stringify(path)} is no path inside the folder that is built.`);
    const key = path.toLowerCase();
    if (this.#files.has(key)) throw new Error(`internal: two files of one folder are called ${path}.`);
    this.#files.set(key, path);
    const place = join(this.folder, path);
    const folder = dirname(place);
    if (!this.#folders.has(folder)) {
      mkdirSync(folder, { recursive: true });
      this.#folders.add(folder);
    }
    return place;
  }

  /** Flushes the folders, so that the names of the files survive a power cut as their content does. */
  flush(): void {
    for (const folder of [...this.#folders, this.folder]) flushFolder(folder);
  }
}
