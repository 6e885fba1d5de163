/** More characters than a program may have: a link has to hold it. */
export const longestProgram = 50_000;
