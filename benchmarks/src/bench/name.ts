/** What users type to run the benchmark. */
export const commandName = 'longhorizon bench';
