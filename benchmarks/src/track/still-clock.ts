/** @file A clock that hardly moves: how much is put into a submission goes by how long the last one took, and facts must not. */

/** What a reading adds, in milliseconds: enough for whoever waits for time to pass, too little for whoever divides by it. */
const stepMs = 1e-6;

/** Runs something while `performance.now` hardly moves. */
export async function withStillClock<Result>(act: () => Promise<Result>): Promise<Result> {
  const real = performance.now;
  let now = real.call(performance);
  performance.now = () => {
    now += stepMs;
    return now;
  };
  try {
    return await act();
  } finally {
    performance.now = real;
  }
}
