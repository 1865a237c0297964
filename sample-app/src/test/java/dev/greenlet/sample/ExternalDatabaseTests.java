package dev.greenlet.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.client.RestTestClient;

/** A database that exists before the application starts and after it has stopped. */
class ExternalDatabaseTests {
  private static EmbeddedPostgres postgres;
  private static JdbcClient jdbc;

  @BeforeAll
  static void startPostgres() throws IOException {
    postgres = EmbeddedPostgres.builder().setLocaleConfig("locale", "C").start();
    jdbc = JdbcClient.create(postgres.getPostgresDatabase());
  }

  @AfterAll
  static void stopPostgres() throws IOException {
    postgres.close();
  }

  @BeforeEach
  void dropTables() {
    jdbc.sql("drop table if exists booking, flight").update();
  }

  @Test
  void bookingsContinueAfterARestart() {
    try (ConfigurableApplicationContext application = start()) {
      assertThat(application.getBeanProvider(EmbeddedPostgres.class)).isEmpty();
      expectSeat(application, 1);
      expectSeat(application, 2);
    }
    try (ConfigurableApplicationContext application = start()) {
      expectSeat(application, 3);
    }
    assertThat(jdbc.sql("select count(*) from booking").query(Integer.class).single()).isEqualTo(3);
  }

  @Test
  void aFailedBookingChangesNothing() {
    try (ConfigurableApplicationContext application = start()) {
      expectSeat(application, 1);

      jdbc.sql("alter table booking rename to archive").update();
      book(application).expectStatus().isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
      jdbc.sql("alter table archive rename to booking").update();

      expectSeat(application, 2);
    }
  }

  @Test
  void aSeatSoldByAnotherApplicationIsNotSoldAgain() {
    try (ConfigurableApplicationContext application = start()) {
      expectSeat(application, 1);

      jdbc.sql("insert into booking (flight_id, seat, passenger) values (1, 2, 'Another')")
          .update();

      book(application).expectStatus().isEqualTo(HttpStatus.INTERNAL_SERVER_ERROR);
      expectSeat(application, 3);
    }
  }

  private static ConfigurableApplicationContext start() {
    return SpringApplication.run(
        SampleApplication.class,
        "--server.port=0",
        "--spring.datasource.url=" + postgres.getJdbcUrl("postgres", "postgres"));
  }

  private static void expectSeat(ConfigurableApplicationContext application, int seat) {
    book(application).expectStatus().isCreated().expectBody().json("{\"seat\":%d}".formatted(seat));
  }

  private static RestTestClient.ResponseSpec book(ConfigurableApplicationContext application) {
    String port = application.getEnvironment().getRequiredProperty("local.server.port");
    return RestTestClient.bindToServer()
        .baseUrl("http://localhost:" + port)
        .build()
        .post()
        .uri("/flights/1/seats")
        .contentType(MediaType.APPLICATION_JSON)
        .body("{\"passenger\":\"Ada Lovelace\"}")
        .exchange();
  }
}
