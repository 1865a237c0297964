package dev.greenlet.spring.web;

import dev.greenlet.spring.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.tomcat.util.threads.ResizableExecutor;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A Spring Boot application on a random port, with a client. */
public final class RunningApplication implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> COMMON =
      List.of(
          "server.port=0",
          "server.tomcat.accept-count=2000",
          "spring.main.banner-mode=off",
          "spring.datasource.url=" + TestPostgres.url(),
          "management.endpoints.web.exposure.include=greenlets,health");

  private final ServletWebServerApplicationContext context;
  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(20)).build();

  private RunningApplication(ConfigurableApplicationContext context) {
    this.context = (ServletWebServerApplicationContext) context;
  }

  /** Starts an application on Tomcat. */
  public static RunningApplication start(List<Class<?>> beans, String... properties) {
    return start(WebServer.TOMCAT, beans, properties);
  }

  static RunningApplication start(Host host, List<Class<?>> beans, String... properties) {
    return start(
        host.server(),
        beans,
        Stream.concat(Stream.of("greenlet.engine=" + host.engine()), Stream.of(properties))
            .toArray(String[]::new));
  }

  /** Starts an application on a container, with the engine that the properties select. */
  public static RunningApplication start(
      WebServer server, List<Class<?>> beans, String... properties) {
    SpringApplicationBuilder builder =
        new SpringApplicationBuilder(
                Stream.concat(Stream.of(Empty.class), beans.stream()).toArray(Class<?>[]::new))
            .properties(
                Stream.of(COMMON.stream(), Stream.of(server.property()), Stream.of(properties))
                    .flatMap(each -> each)
                    .toArray(String[]::new));
    return new RunningApplication(builder.run());
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  public int port() {
    return Objects.requireNonNull(context.getWebServer()).getPort();
  }

  ResizableExecutor tomcatExecutor() {
    TomcatWebServer server = (TomcatWebServer) Objects.requireNonNull(context.getWebServer());
    return (ResizableExecutor) server.getTomcat().getConnector().getProtocolHandler().getExecutor();
  }

  public String property(String name) {
    return context.getEnvironment().getRequiredProperty(name);
  }

  public HttpResponse<String> get(String path, String... headers) {
    return getFrom(port(), path, headers);
  }

  public HttpResponse<String> getFrom(int port, String path, String... headers) {
    try {
      return client.send(request(port, path, headers), BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sends a body, and waits for the response. */
  public HttpResponse<String> post(String path, String contentType, String body) {
    return postLater(path, contentType, body).join();
  }

  /** Sends a body. */
  public CompletableFuture<HttpResponse<String>> postLater(
      String path, String contentType, String body) {
    return client.sendAsync(
        HttpRequest.newBuilder(request(port(), path, "Content-Type", contentType), (_, _) -> true)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** Sends a DELETE, and waits for the response. */
  public HttpResponse<String> delete(String path) {
    return client
        .sendAsync(
            HttpRequest.newBuilder(request(port(), path), (_, _) -> true).DELETE().build(),
            BodyHandlers.ofString())
        .join();
  }

  public JsonNode json(String path) {
    return JSON.readTree(get(path).body());
  }

  public CompletableFuture<HttpResponse<String>> send(String path) {
    return client.sendAsync(request(port(), path), BodyHandlers.ofString());
  }

  public List<CompletableFuture<HttpResponse<String>>> sendAtOnce(int count, String path) {
    return IntStream.range(0, count).mapToObj(i -> send(path)).toList();
  }

  /** Connects, and sends these bytes. */
  public Socket connect(String request) throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), port());
    client.setSoTimeout((int) Duration.ofSeconds(60).toMillis());
    client.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    return client;
  }

  /** Returns the live greenlets from the endpoint. */
  public List<JsonNode> greenlets() {
    return json("/actuator/greenlets").get("greenlets").valueStream().toList();
  }

  private HttpRequest request(int port, String path, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .timeout(Duration.ofSeconds(60));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return request.build();
  }

  /** Stops the application; the client keeps waiting for responses. */
  public void stopServer() {
    context.close();
  }

  @Override
  public void close() {
    client.shutdownNow();
    context.close();
  }

  @PlainApplication
  static class Empty {}
}
