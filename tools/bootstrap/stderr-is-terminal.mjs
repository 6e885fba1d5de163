/** @file Imported before the work when its stderr reaches a terminal through a pipe (run-child.mjs): it then draws as on a terminal. */
process.stderr.isTTY = true;
