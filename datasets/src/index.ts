/** @file Everything: what runs anywhere, and what needs Node: files, checksums, downloads, contact sheets, commands. */
export { command as dataCommand, registerDataCommands } from './cli/register.ts';
export { assertIndependent, DATASETS, FILE_DATASETS, findDataset } from './definitions/registry.ts';
export { hasFiles, type LoadOptions, loadDataset, missingFiles } from './load.ts';
export * from './portable.ts';
export { contactSheet, type SheetOptions } from './sheet/contact-sheet.ts';
export { type FetchOptions, fetchFile } from './store/download.ts';
export { cacheFolder, locateFile, searchFolders } from './store/folders.ts';
