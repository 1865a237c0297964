package dev.greenlet.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.web.servlet.client.RestTestClient;

/** Each endpoint with each status of its responses. */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext
class EndpointTests {
  private static final int SMALL_FLIGHT = 6;

  private final RestTestClient http;

  EndpointTests(@LocalServerPort int port) {
    http = RestTestClient.bindToServer().baseUrl("http://localhost:" + port).build();
  }

  @Test
  void flightsAreAnArrayWithAtMostThreeHundredSeatsEach() {
    http.get()
        .uri("/flights")
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.length()")
        .isEqualTo(6)
        .jsonPath("$[0].id")
        .isEqualTo(1)
        .jsonPath("$[0].origin")
        .isEqualTo("HAM")
        .jsonPath("$[0].destination")
        .isEqualTo("LIS")
        .jsonPath("$[0].departure")
        .isEqualTo("2027-03-01T06:40:00Z")
        .jsonPath("$[?(@.seats > 300)]")
        .isEmpty();
  }

  @Test
  void aFlightShowsItsSeats() {
    http.get()
        .uri("/flights/2")
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.code")
        .isEqualTo("GR 214")
        .jsonPath("$.seats")
        .isEqualTo(180)
        .jsonPath("$.free")
        .isEqualTo(180);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/flights/4711", "/flights/-1", "/flights/4711/quotes", "/nowhere"})
  void anUnknownPathIsNotFound(String path) {
    expectProblem(http.get().uri(path).exchange(), 404);
  }

  @Test
  void aFlightNumberMustBeANumber() {
    expectProblem(http.get().uri("/flights/first").exchange(), 400);
  }

  @Test
  void quotesNameTheLateSupplier() {
    http.get()
        .uri("/flights/1/quotes")
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.flight")
        .isEqualTo(1)
        .jsonPath("$.missing")
        .value(missing -> assertThat(missing).asInstanceOf(LIST).contains("supplier-5"));
  }

  @Test
  void seatsAreBookedFromTheFirstToTheLast() {
    for (int seat = 1; seat <= 4; seat++) {
      book(SMALL_FLIGHT, "{\"passenger\":\"Ada Lovelace\"}")
          .expectStatus()
          .isCreated()
          .expectBody()
          .json("{\"seat\":%d}".formatted(seat));
    }

    expectProblem(book(SMALL_FLIGHT, "{\"passenger\":\"Grace Hopper\"}"), 409)
        .jsonPath("$.detail")
        .isEqualTo("Flight 6 is full: all of its 4 seats are booked");
    http.get()
        .uri("/flights/6")
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.free")
        .isEqualTo(0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "{}",
        "[]",
        "\"Ada\"",
        "{\"passenger\":",
        "{\"passenger\":\"Ada\"} and more",
        "{\"passenger\":null}",
        "{\"passenger\":\"\"}",
        "{\"passenger\":\" \\t\\u2003 \"}",
        "{\"passenger\":5}",
        "{\"passenger\":true}",
        "{\"passenger\":{\"name\":\"Ada\"}}",
        "{\"passenger\":[\"Ada\"]}",
        "{\"passenger\":\"A\\u0000da\"}",
        "{\"passenger\":\"A\\nda\"}",
        "{\"passenger\":\"A\\ud800da\"}"
      })
  void anInvalidBookingIsRejected(String body) {
    expectProblem(book(1, body), 400);
  }

  @Test
  void aNameMayHaveTheLengthOfItsColumn() {
    expectProblem(book(3, "{\"passenger\":\"%s\"}".formatted("é".repeat(101))), 400)
        .jsonPath("$.detail")
        .isEqualTo("'passenger' must have at most 100 characters, had 101");
    // each of these characters takes two chars
    book(3, "{\"passenger\":\"%s\"}".formatted("🛫".repeat(100))).expectStatus().isCreated();
  }

  @Test
  void aFlightThatDoesNotExistCannotBeBooked() {
    expectProblem(book(4711, "{\"passenger\":\"Ada Lovelace\"}"), 404)
        .jsonPath("$.detail")
        .isEqualTo("There is no flight 4711; see /flights");
  }

  @Test
  void aBookingIsJson() {
    expectProblem(
        http.post()
            .uri("/flights/1/seats")
            .contentType(MediaType.TEXT_PLAIN)
            .body("Ada Lovelace")
            .exchange(),
        415);
  }

  @Test
  void seatsAreBookedByPost() {
    expectProblem(http.get().uri("/flights/1/seats").exchange(), 405);
  }

  @Test
  void theLoadReportCoversAllFlights() {
    http.get()
        .uri("/reports/load")
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.rounds")
        .isEqualTo(10_000)
        .jsonPath("$.flights.length()")
        .isEqualTo(6)
        .jsonPath("$.flights[?(@.load > 0 && @.load < 1)].length()")
        .isNotEmpty();
  }

  @Test
  void healthIsUp() {
    http.get()
        .uri("/actuator/health")
        .exchange()
        .expectStatus()
        .isOk()
        .expectBody()
        .jsonPath("$.status")
        .isEqualTo("UP");
  }

  private RestTestClient.ResponseSpec book(long flight, String body) {
    return http.post()
        .uri("/flights/{id}/seats", flight)
        .contentType(MediaType.APPLICATION_JSON)
        .body(body)
        .exchange();
  }

  private static RestTestClient.BodyContentSpec expectProblem(
      RestTestClient.ResponseSpec response, int status) {
    return response
        .expectStatus()
        .isEqualTo(status)
        .expectHeader()
        .contentTypeCompatibleWith(MediaType.APPLICATION_PROBLEM_JSON)
        .expectBody()
        .jsonPath("$.status")
        .isEqualTo(status);
  }
}
