package dev.greenlet.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.annotation.DirtiesContext;

/**
 * The promise of the booking controller: under any number of concurrent bookings, each seat is sold
 * once. Without {@code @Greenlet}, or without its {@code exclusive}, two bookings find the same
 * seat free.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@DirtiesContext
class ConcurrentBookingTests {
  private static final int PASSENGERS = 400;

  @LocalServerPort private int port;

  @Test
  void fourHundredPassengersShareAHundredAndEightySeats() throws Exception {
    List<HttpResponse<String>> answers = bookAtOnce(List.of(1L));

    assertThat(seats(answers, 1)).containsExactlyElementsOf(upTo(180));
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 409).hasSize(220);
  }

  @Test
  void flightsAreBookedConcurrently() throws Exception {
    List<HttpResponse<String>> answers = bookAtOnce(List.of(2L, 3L, 4L, 5L));

    assertThat(seats(answers, 2)).containsExactlyElementsOf(upTo(100));
    assertThat(seats(answers, 3)).containsExactlyElementsOf(upTo(100));
    assertThat(seats(answers, 4)).containsExactlyElementsOf(upTo(100));
    assertThat(seats(answers, 5)).containsExactlyElementsOf(upTo(78));
    assertThat(answers).filteredOn(answer -> answer.statusCode() == 409).hasSize(22);
  }

  private List<HttpResponse<String>> bookAtOnce(List<Long> flights) throws Exception {
    List<HttpResponse<String>> answers = new ArrayList<>();
    try (HttpClient http = HttpClient.newHttpClient();
        ExecutorService threads = Executors.newFixedThreadPool(PASSENGERS)) {
      List<Callable<HttpResponse<String>>> bookings =
          IntStream.range(0, PASSENGERS)
              .<Callable<HttpResponse<String>>>mapToObj(
                  passenger -> () -> book(http, flights.get(passenger % flights.size()), passenger))
              .toList();
      for (Future<HttpResponse<String>> answer : threads.invokeAll(bookings)) {
        answers.add(answer.get());
      }
    }
    return answers;
  }

  private HttpResponse<String> book(HttpClient http, long flight, int passenger)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create("http://localhost:%d/flights/%d/seats".formatted(port, flight)))
            .version(HttpClient.Version.HTTP_1_1)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"passenger\":\"Passenger %d\"}".formatted(passenger)))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static List<Integer> seats(List<HttpResponse<String>> answers, long flight) {
    return answers.stream()
        .filter(answer -> answer.statusCode() == 201)
        .filter(answer -> answer.uri().getPath().equals("/flights/%d/seats".formatted(flight)))
        .map(answer -> Integer.parseInt(answer.body().replaceAll("\\D", "")))
        .sorted()
        .toList();
  }

  private static List<Integer> upTo(int last) {
    return IntStream.rangeClosed(1, last).boxed().toList();
  }
}
