/**
 * @file The two settings of Mesa's software driver that decide its speed. It reads them from the environment when it is loaded, once a process;
 * other drivers ignore them.
 *
 * - `LP_NUM_THREADS=0`: kernels run in the thread of the queue, without being handed to others. A small dispatch then takes 20 to 29 µs instead of
 *   46 to 75; kernels of more than about 100 µs lose what the other cores would have done (Mesa 25.0.7, 2 cores, 2026-11).
 * - `LP_NATIVE_VECTOR_WIDTH`: 128, 256 or 512 bits, that is 4, 8 or 16 lanes. It is the driver's to choose, which takes 8 where the processor has
 *   AVX2, with AVX-512 too: at 16 a load costs 2.2 times as much and an exchange between lanes 30 times (decision 0101).
 */

/** What most dispatches of a process are: so small that handing them to another thread costs more than it saves, or large. */
export type DispatchWork = 'small' | 'large';

/** Values by the names of the driver's variables; one that is absent is the driver's to choose. */
export type DriverSettings = Readonly<Record<string, string>>;

interface VariableRule {
  readonly name: string;
  readonly isValid: (value: string) => boolean;
  /** What the variable is for and what it may be. */
  readonly wanted: string;
}

const rules: readonly VariableRule[] = [
  {
    name: 'LP_NUM_THREADS',
    isValid: (value) => /^\d{1,4}$/.test(value),
    wanted: 'the threads of the software driver llvmpipe, a whole number; 0 keeps kernels in one thread',
  },
  {
    name: 'LP_NATIVE_VECTOR_WIDTH',
    isValid: (value) => ['128', '256', '512'].includes(value),
    wanted:
      'the vector width of the software driver llvmpipe, 128, 256 or 512 bits; with others it ends the process',
  },
];

/** The variables by name. */
export const driverVariables: readonly string[] = rules.map(({ name }) => name);

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The driver's settings for a process: what the user set, and for the rest what is fastest for its work. To be put into the environment before
 * the driver is loaded.
 *
 * @param environment the user's
 */
export function driverSettings(work: DispatchWork, environment: Variables): DriverSettings {
  return { ...(work === 'small' ? { LP_NUM_THREADS: '0' } : {}), ...givenSettings(environment) };
}

/** The settings that an environment holds. An empty value is none. */
export function givenSettings(environment: Variables): DriverSettings {
  return Object.fromEntries(
    driverVariables.flatMap((name) => {
      const value = environment[name];
      return value ? [[name, value]] : [];
    }),
  );
}

/** A sentence about the first setting that the driver would misread or end the process at; undefined where there is none. */
export function driverSettingsProblem(environment: Variables): string | undefined {
  const wrong = rules.find(({ name, isValid }) => {
    const value = environment[name];
    return value !== undefined && value !== '' && !isValid(value);
  });
  if (wrong === undefined) return undefined;
  const { name, wanted } = wrong;
  return `${name} is '${environment[name]}'. It sets ${wanted}. Give it such a value, or unset it.`;
}
