/** @file What one data set is: the fields of a definition, and what loading it gives. */

/** [images, height, width, channels]. A table of f columns is [rows, 1, 1, f]. */
export type ImageShape = readonly [count: number, height: number, width: number, channels: number];

/** A half-open range [first, end). */
export type Range = readonly [first: number, end: number];

/**
 * Where the unchanged file can be had. With neither a SHA-256 here, nor an MD5, nor a SHA-256 of the file, the first
 * fetch is trusted and its SHA-256 is recorded beside the file.
 */
export interface Download {
  readonly url: string;
  /** Given only where the served file differs from the stored one (the same content, compressed anew). */
  readonly bytes?: number;
  readonly sha256?: string;
  /** Given only where no SHA-256 is known. */
  readonly md5?: string;
}

/** One file of a data set. */
export interface DataFile {
  /** Path below a data folder, with forward slashes. */
  readonly path: string;
  readonly role: 'images' | 'labels' | 'class names' | 'table' | 'index' | 'archive';
  /** Of the file as this project stores it; absent where only the download below is known. */
  readonly bytes?: number;
  readonly sha256?: string;
  /** Of the decompressed bytes of a gzip file. */
  readonly decoded?: { readonly bytes: number; readonly sha256: string };
  /** Absent for files that were made from an original and are served nowhere; `madeFrom` then says how. */
  readonly download?: Download;
  /** The source and what was done to it. */
  readonly madeFrom?: string;
}

/** The terms a data set comes under; they are separate from the licence of this code. */
export interface Licence {
  /** SPDX name where there is one. */
  readonly id: string;
  readonly url?: string;
  /** The credit that the licence asks for. */
  readonly attribution?: string;
  /** Changed versions of the data stay under the same licence (CC BY-SA). */
  readonly shareAlike: boolean;
  /** What the statement rests on. */
  readonly evidence?: string;
}

/** Another set that holds the same pictures or drawings of the same collection. */
export interface Overlap {
  readonly name: string;
  readonly reason: string;
}

/** What every definition says. */
export interface DefinitionBase {
  readonly name: string;
  readonly title: string;
  readonly licence: Licence;
  readonly citation: string;
  readonly notes: readonly string[];
  /** Sets that must not stand on the other side of a meta-train/meta-test split. Symmetric over all definitions. */
  readonly overlaps: readonly Overlap[];
}

/** What reading the files gives; the loader adds the rest from the definition. */
export interface Decoded {
  readonly images: Uint8Array | Float32Array;
  readonly labels: Uint32Array;
  readonly shape: ImageShape;
  readonly classNames: readonly string[];
  /** A coarser class of each class: Omniglot's alphabets. */
  readonly groups?: ClassGroups;
}

/** A partition of the classes into named groups. */
export interface ClassGroups {
  readonly names: readonly string[];
  /** Group of each class. Shape [classes]. */
  readonly ofClass: Uint32Array;
}

/** Ranges of images by part. */
export interface OfficialSplits {
  readonly train: Range;
  readonly val?: Range;
  readonly test: Range;
}

/** A data set kept in files. */
export interface FileDefinition extends DefinitionBase {
  readonly kind: 'images' | 'table';
  readonly shape: ImageShape;
  readonly classes: number;
  /** One number when all classes have the same count. */
  readonly perClassCounts: number | readonly number[];
  readonly order: string;
  /** Smallest and largest possible value; absent for tables, whose columns have units of their own. */
  readonly valueRange?: Range;
  readonly files: readonly DataFile[];
  /** Ranges of images that the makers of the set assigned to a part: `train`, `test` and perhaps `val`. */
  readonly officialSplits?: OfficialSplits;
  /** Ranges of classes that the makers of the set assigned to a part. */
  readonly classSplits?: Readonly<Record<string, Range>>;
  /** Why a random split by image flatters a method, where it does. Samplers pass it on as a warning. */
  readonly leak?: string;
  /** Turns verified bytes into arrays. `open` gives the decompressed bytes of one of `files`. */
  readonly read: (open: (path: string) => Uint8Array) => Decoded;
}

/** What a generated set can be asked for. */
export interface GenerateOptions {
  readonly seed?: number;
  readonly classes?: number;
  readonly perClass?: number;
}

/** A data set computed from a seed. */
export interface GeneratedDefinition extends DefinitionBase {
  readonly kind: 'generated';
  /** Of the default size. */
  readonly shape: ImageShape;
  readonly classes: number;
  /** The largest number of classes; absent where there is no limit. */
  readonly mostClasses?: number;
  readonly valueRange?: Range;
  readonly generate: (options: Required<GenerateOptions>) => Decoded;
}

/** A family of functions to be fitted or minimised: tasks without stored examples. */
export interface FunctionsDefinition extends DefinitionBase {
  readonly kind: 'functions';
  /** The function of this package that makes its tasks. */
  readonly maker: string;
}

/** A data set: of files, generated, or of functions. */
export type DatasetDefinition = FileDefinition | GeneratedDefinition | FunctionsDefinition;

/** A loaded data set. Arrays are flat, images in NHWC order. */
export interface Dataset {
  readonly name: string;
  readonly definition: FileDefinition | GeneratedDefinition;
  /** Flat, shape [count, height, width, channels]: bytes 0–255 for pictures, float32 for tables and point clouds. */
  readonly images: Uint8Array | Float32Array;
  /** Class of each image. Shape [count]. */
  readonly labels: Uint32Array;
  readonly shape: ImageShape;
  readonly classes: number;
  readonly classNames: readonly string[];
  readonly groups?: ClassGroups;
}
