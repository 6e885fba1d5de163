/** The few functions used of jStat, which ships no types. */
declare module 'jstat' {
  const jstat: {
    readonly jStat: {
      readonly studentt: {
        inv(probability: number, degreesOfFreedom: number): number;
        cdf(value: number, degreesOfFreedom: number): number;
      };
      readonly normal: {
        inv(probability: number, mean: number, deviation: number): number;
        cdf(value: number, mean: number, deviation: number): number;
      };
    };
  };
  export default jstat;
}
