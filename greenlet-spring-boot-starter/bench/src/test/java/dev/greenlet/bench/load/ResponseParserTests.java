package dev.greenlet.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResponseParserTests {

  @Test
  void findsTheEndOfEachBody() {
    assertThat(
            statuses(
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok",
                "HTTP/1.1 200 \r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n",
                "HTTP/1.1 404 \r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA\r\n0123\r\n6789\r\n0\r\n\r\n",
                "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\n\r\n\r\n",
                "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"))
        .containsExactly(200, 200, 404, 503, 200);
  }

  @Test
  void doesNotEndWithHalfABody() {
    assertThat(statuses("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nok")).isEmpty();
  }

  private static List<Integer> statuses(String... responses) {
    ResponseParser parser = new ResponseParser();
    List<Integer> statuses = new ArrayList<>();
    for (byte each : String.join("", responses).getBytes(StandardCharsets.US_ASCII)) {
      if (parser.accept(each)) {
        statuses.add(parser.status());
      }
    }
    return statuses;
  }
}
