/** Made by the bundler: test files by their paths, each loaded when it is called. */
declare module 'test-files' {
  export const files: Readonly<Record<string, () => Promise<unknown>>>;
}
