package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class RequestNameTests {

  @Test
  void methodAndPathWithoutTheQuery() {
    MockHttpServletRequest request = new MockHttpServletRequest("GET", "/flights/1");
    request.setQueryString("token=secret");

    assertThat(RequestName.of(request)).isEqualTo("GET /flights/1");
  }

  @Test
  void pathParametersAreNotShown() {
    MockHttpServletRequest request =
        new MockHttpServletRequest("GET", "/flights/1;v=2/quotes;jsessionid=SECRET");

    assertThat(RequestName.of(request)).isEqualTo("GET /flights/1/quotes");
  }

  @Test
  void oneLineOfLimitedLength() {
    assertThat(RequestName.of("a\r\nb\u001b[31mc\u009bd")).isEqualTo("a??b?[31mc?d");
    assertThat(RequestName.of("x".repeat(200))).hasSize(200).doesNotContain("…");
    assertThat(RequestName.of("x".repeat(201))).hasSize(200).endsWith("x…");
  }
}
