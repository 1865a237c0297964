package dev.greenlet.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class WrkOutputTests {
  private static final String OUTPUT =
      """
      Running 1s test @ http://localhost:18999/
        2 threads and 4 connections
        Thread Stats   Avg      Stdev     Max   +/- Stdev
          Latency    16.63ms   14.37ms  93.87ms   88.32%
          Req/Sec   143.60     52.96   200.00     60.00%
        Latency Distribution
           50%  850.00us
           75%   13.10ms
           90%   35.92ms
           99%    1.25s
        295 requests in 1.03s, 31.98KB read
      """;

  @Test
  void readsRequestsAndLatencies() {
    assertThat(WrkOutput.parse(OUTPUT + "Requests/sec:    286.33\nTransfer/sec:     31.04KB\n"))
        .isEqualTo(new Load(295, 0, 1.03, 0.85, 1250));
  }

  @Test
  void countsEveryKindOfError() {
    assertThat(
            WrkOutput.parse(
                OUTPUT
                    + """
                      Socket errors: connect 1, read 2, write 3, timeout 4
                      Non-2xx or 3xx responses: 5
                    Requests/sec:      1.31
                    """))
        .extracting(Load::errors)
        .isEqualTo(15L);
  }

  @Test
  void saysWhatIsMissing() {
    assertThatThrownBy(() -> WrkOutput.parse("unable to connect to localhost:1 Connection refused"))
        .hasMessageContaining("requests in")
        .hasMessageContaining("Connection refused");
  }
}
