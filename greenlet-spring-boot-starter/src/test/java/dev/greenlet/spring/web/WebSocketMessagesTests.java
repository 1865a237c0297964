package dev.greenlet.spring.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.greenlet.GreenletTask;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.TestPostgres;
import dev.greenlet.sync.GreenletEvent;
import io.micrometer.context.ContextRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.websocket.OnMessage;
import jakarta.websocket.server.ServerEndpoint;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.jetty.JettyRequestUpgradeStrategy;
import org.springframework.web.socket.server.standard.ServerEndpointExporter;
import org.springframework.web.socket.server.standard.StandardWebSocketUpgradeStrategy;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;
import tools.jackson.databind.JsonNode;

/** Messages of WebSocket sessions, through real sockets. */
@EachServer
@Timeout(240)
class WebSocketMessagesTests {
  private static final int MANY = 400;
  private static final int LOCK = 47_110;

  @Parameter private Host host = Host.TOMCAT_NATIVE;

  @SuppressWarnings("NullAway.Init") // by start()
  private RunningApplication application;

  @SuppressWarnings("NullAway.Init") // by start()
  private ExecutorService clientThreads;

  @SuppressWarnings("NullAway.Init") // by start()
  private HttpClient http;

  @BeforeParameterizedClassInvocation
  void start() {
    clientThreads = Executors.newFixedThreadPool(4);
    http = HttpClient.newBuilder().executor(clientThreads).build();
    application =
        host.start(
            List.of(
                Sockets.class,
                host.server() == WebServer.TOMCAT ? OnTomcat.class : OnJetty.class,
                Visits.class),
            "greenlet.hubs=2",
            "management.endpoint.greenlets.access=unrestricted");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    http.shutdownNow();
    clientThreads.shutdownNow();
    application.close();
    ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
  }

  private WebSocketClient open(String path, String... headers) {
    return WebSocketClient.open(http, application.port(), path, headers);
  }

  private Chat chat() {
    return application.bean(Chat.class);
  }

  private List<JsonNode> inTree(String path) {
    return application.greenlets().stream()
        .filter(each -> each.get("name").asString().startsWith("WS " + path))
        .toList();
  }

  private JsonNode awaitWaiting(String path, String kind) {
    return await()
        .until(
            () ->
                inTree(path).stream()
                    .filter(each -> each.path("waitingOn").path("kind").asString("").equals(kind))
                    .findFirst()
                    .orElse(null),
            Objects::nonNull);
  }

  @Test
  void aMessageIsHandledByAGreenletThatIsNamedAfterItsSession() throws Exception {
    try (WebSocketClient client = open("/chat?who=ada")) {
      client.send("wait");
      JsonNode waiting = awaitWaiting("/chat", "event");

      assertThat(waiting.get("name").asString())
          .isEqualTo("WS /chat, session of #" + chat().handshakes.get("who=ada"));
      assertThat(waiting.get("lane").asString()).isEqualTo("greenlet-shared");
      assertThat(waiting.get("state").asString()).isEqualTo("parked");
      assertThat(application.bean(ContainerTasks.class).unread()).isZero();
      chat().release();
      assertThat(client.receive()).isEqualTo("waited");
      await().until(() -> inTree("/chat").isEmpty());
    }
  }

  @Test
  void aHandlerMayWaitForADatabase() throws Exception {
    try (WebSocketClient client = open("/chat")) {
      try (TestPostgres.Barrier _ = TestPostgres.barrier(LOCK)) {
        client.send("lock");
        await()
            .untilAsserted(
                () ->
                    assertThat(awaitWaiting("/chat", "jdbc").at("/waitingOn/detail").asString())
                        .contains("pg_advisory_xact_lock"));
      }
      assertThat(client.receive()).isEqualTo("locked");
    }
  }

  @Test
  void manyHandlersWaitConcurrentlyOnFewThreads() throws Exception {
    int before = ManagementFactory.getThreadMXBean().getThreadCount();
    List<WebSocketClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < MANY; i++) {
        clients.add(open("/chat").send("wait"));
      }
      await().until(() -> chat().waiting.get() == MANY);

      assertThat(ManagementFactory.getThreadMXBean().getThreadCount())
          .isLessThan(before + MANY / 4);
      chat().release();
      for (WebSocketClient client : clients) {
        assertThat(client.receive()).isEqualTo("waited");
      }
    } finally {
      clients.forEach(WebSocketClient::vanish);
    }
  }

  @Test
  void messagesOfASessionStayInOrder() throws Exception {
    try (WebSocketClient client = open("/chat")) {
      IntStream.range(0, 40).forEach(i -> client.send("echo " + i));

      for (int i = 0; i < 40; i++) {
        assertThat(client.receive()).isEqualTo("echo " + i);
      }
    }
  }

  @Test
  void aFailingHandlerClosesOnlyItsSession() throws Exception {
    try (WebSocketClient other = open("/chat");
        WebSocketClient client = open("/chat")) {
      client.send("throw");

      assertThat(client.awaitClosed()).isEqualTo(CloseStatus.SERVER_ERROR.getCode());
      assertThat(other.ask("echo 1")).isEqualTo("echo 1");
    }
  }

  @Test
  void aKillEndsOnlyTheMessageAndItsSession() throws Exception {
    try (WebSocketClient other = open("/chat");
        WebSocketClient client = open("/chat")) {
      client.send("wait");
      long id = awaitWaiting("/chat", "event").get("id").asLong();
      application.delete("/actuator/greenlets/" + id);

      assertThat(client.awaitClosed()).isEqualTo(CloseStatus.SERVER_ERROR.getCode());
      assertThat(other.ask("echo 1")).isEqualTo("echo 1");
      await().until(() -> inTree("/chat").isEmpty());
      assertThat(chat().waiting).hasValue(0);
    }
  }

  @Test
  void aDisconnectedClientLeavesNothingBehind() throws Exception {
    chat().closed.clear();
    WebSocketClient client = open("/chat").send("wait");
    awaitWaiting("/chat", "event");

    client.vanish();
    chat().release();

    await().until(() -> !chat().closed.isEmpty());
    assertThat(chat().closed).allMatch(name -> name.startsWith("WS /chat, session of #"));
    await().until(() -> inTree("/chat").isEmpty());
    try (WebSocketClient other = open("/chat")) {
      assertThat(other.ask("echo 1")).isEqualTo("echo 1");
    }
  }

  @Test
  void eachMessageHasTheContextOfTheHandshake() throws Exception {
    try (WebSocketClient ada = open("/chat", "X-Tenant", "ada");
        WebSocketClient anonymous = open("/chat")) {
      for (int i = 0; i < 3; i++) {
        assertThat(ada.ask("tenant")).isEqualTo("ada");
        assertThat(anonymous.ask("tenant")).isEqualTo("null");
      }
    }
  }

  @Test
  void allCallbacksOfAnAnnotatedHandlerRunOnItsHub() throws Exception {
    String lane = application.get("/visits-lane").body();
    Visits.Socket socket = application.bean(Visits.Socket.class);
    socket.visits = 0;
    socket.ended.clear();
    List<WebSocketClient> clients = IntStream.range(0, 20).mapToObj(i -> open("/visits")).toList();
    for (int round = 0; round < 20; round++) {
      clients.forEach(client -> client.send("visit"));
    }
    int most = 0;
    for (WebSocketClient client : clients) {
      for (int round = 0; round < 20; round++) {
        most = Math.max(most, Integer.parseInt(client.receive()));
      }
    }
    clients.forEach(WebSocketClient::vanish);
    await().until(() -> socket.ended.size() == 20);
    assertThat(most).isEqualTo(400);
    assertThat(lane).startsWith("greenlet-").isNotEqualTo("greenlet-shared");
    assertThat(socket.lanes).containsOnly(lane);
    assertThat(socket.ended).containsOnly(lane);
  }

  @Test
  void callbacksOnPlainThreadsAreHandledOnTheHubToo() throws Exception {
    String lane = application.get("/visits-lane").body();
    Visits.Socket socket = application.bean(Visits.Socket.class);
    socket.ended.clear();
    socket.sessions.clear();
    WebSocketClient client = open("/visits");
    WebSocketSession session = await().until(socket.sessions::poll, Objects::nonNull);

    closeQuietly(session);

    assertThat(client.awaitClosed()).isEqualTo(CloseStatus.NORMAL.getCode());
    await().until(() -> !socket.ended.isEmpty());
    assertThat(socket.ended).containsOnly(lane);
  }

  /**
   * Closes a session; on Jetty the client may break the connection before the close is reported as
   * sent.
   */
  private static void closeQuietly(WebSocketSession session) {
    try {
      session.close();
    } catch (IOException answered) {
      // closed, as intended
    }
  }

  @Test
  void equalKeysShareAHub() throws Exception {
    Map<String, String> lanes = new HashMap<>();
    for (int round = 0; round < 2; round++) {
      for (int room = 0; room < 10; room++) {
        try (WebSocketClient client = open("/rooms?" + room)) {
          String lane = client.ask("lane");
          assertThat(lanes.putIfAbsent("room " + room, lane)).isIn(null, lane);
        }
      }
    }
    assertThat(new HashSet<>(lanes.values())).containsExactlyInAnyOrder("greenlet-0", "greenlet-1");
  }

  @Test
  void exclusiveMessagesDoNotInterleave() throws Exception {
    try (WebSocketClient first = open("/turns");
        WebSocketClient second = open("/turns")) {
      first.send("wait");
      awaitWaiting("/turns", "event");
      second.send("wait");
      awaitWaiting("/turns", "turn");

      application.bean(Turns.class).open.set();
      assertThat(first.receive()).isEqualTo("waited");
      assertThat(second.receive()).isEqualTo("waited");
    }
  }

  @Test
  void messagesOfAServerEndpointRunAsGreenlets() throws Exception {
    try (WebSocketClient client = open("/endpoint")) {
      assertThat(client.ask("where")).isEqualTo("request on greenlet-shared");
    }
  }

  @Configuration(proxyBeanMethods = false)
  @EnableWebSocket
  static class Sockets implements WebSocketConfigurer {
    private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

    private final HandshakeHandler handshakes;
    private final JdbcTemplate jdbc;
    private final Chat chat;
    private final Turns turns = new Turns();
    private final Visits.Socket visits = new Visits.Socket();

    Sockets(HandshakeHandler handshakes, JdbcTemplate jdbc) {
      this.handshakes = handshakes;
      this.jdbc = jdbc;
      this.chat = new Chat(jdbc);
      ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", TENANT);
    }

    @Override
    public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
      registry
          .addHandler(chat, "/chat")
          .addHandler(visits, "/visits")
          .addHandler(new Rooms(), "/rooms")
          .addHandler(turns, "/turns")
          .setHandshakeHandler(handshakes);
    }

    @Bean
    Chat chat() {
      return chat;
    }

    @Bean
    Turns turns() {
      return turns;
    }

    @Bean
    Visits.Socket visitsSocket() {
      return visits;
    }

    @Bean
    ServerEndpointExporter exporter() {
      ServerEndpointExporter exporter = new ServerEndpointExporter();
      exporter.setAnnotatedEndpointClasses(Endpoint.class);
      return exporter;
    }

    @Bean
    Filter tenants() {
      return (request, response, chain) -> {
        HttpServletRequest http = (HttpServletRequest) request;
        chat.handshakes.put(String.valueOf(http.getQueryString()), Greenlets.current().id());
        TENANT.set(http.getHeader("X-Tenant"));
        try {
          chain.doFilter(request, response);
        } finally {
          TENANT.remove();
        }
      };
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OnTomcat {
    @Bean
    HandshakeHandler handshakeHandler() {
      return new DefaultHandshakeHandler(new StandardWebSocketUpgradeStrategy());
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class OnJetty {
    @Bean
    HandshakeHandler handshakeHandler() {
      return new DefaultHandshakeHandler(new JettyRequestUpgradeStrategy());
    }
  }

  static final class Chat extends TextWebSocketHandler {
    private final AtomicInteger waiting = new AtomicInteger();
    private final Map<String, Long> handshakes = new ConcurrentHashMap<>();
    private final Queue<String> closed = new ConcurrentLinkedQueue<>();
    private final JdbcTemplate jdbc;
    private volatile GreenletEvent open = new GreenletEvent("open");

    Chat(JdbcTemplate jdbc) {
      this.jdbc = jdbc;
    }

    void release() {
      GreenletEvent before = open;
      open = new GreenletEvent("open");
      before.set();
    }

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message)
        throws Exception {
      session.sendMessage(new TextMessage(answer(message.getPayload())));
    }

    private String answer(String text) throws InterruptedException {
      return switch (text) {
        case "tenant" -> String.valueOf(Sockets.TENANT.get());
        case "throw" -> throw new IllegalStateException("on purpose");
        case "lock" -> {
          jdbc.execute("select pg_advisory_xact_lock(" + LOCK + ")");
          yield "locked";
        }
        case "wait" -> {
          waiting.incrementAndGet();
          try {
            open.await();
          } finally {
            waiting.decrementAndGet();
          }
          yield "waited";
        }
        default -> {
          Greenlets.yieldNow();
          yield text;
        }
      };
    }

    @Override
    public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
      GreenletTask<?> current = Greenlets.currentOrNull();
      closed.add(current == null ? "no greenlet" : current.name());
    }
  }

  @RestController
  static class Visits {
    @GetMapping("/visits-lane")
    @Greenlet(hub = "visits")
    public String lane() {
      return Greenlets.current().lane().name();
    }

    @Greenlet(hub = "visits")
    static final class Socket extends TextWebSocketHandler {
      private final Set<String> lanes = new HashSet<>(); // accessed on one hub only
      private final Queue<String> ended = new ConcurrentLinkedQueue<>();
      private final Queue<WebSocketSession> sessions = new ConcurrentLinkedQueue<>();
      private int visits;

      @Override
      public void afterConnectionEstablished(WebSocketSession session) {
        lanes.add(Greenlets.current().lane().name());
        sessions.add(session);
      }

      @Override
      protected void handleTextMessage(WebSocketSession session, TextMessage message)
          throws IOException {
        int seen = visits;
        lanes.add(Greenlets.current().lane().name());
        visits = seen + 1;
        session.sendMessage(new TextMessage(String.valueOf(seen + 1)));
      }

      @Override
      public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
        GreenletTask<?> current = Greenlets.currentOrNull();
        ended.add(current == null ? "no greenlet" : current.lane().name());
      }
    }
  }

  @Greenlet(key = "#session.uri.query")
  static final class Rooms extends TextWebSocketHandler {
    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message)
        throws IOException {
      session.sendMessage(new TextMessage(Greenlets.current().lane().name()));
    }
  }

  @Greenlet(exclusive = true)
  static final class Turns extends TextWebSocketHandler {
    private final GreenletEvent open = new GreenletEvent("turns");

    @Override
    protected void handleTextMessage(WebSocketSession session, TextMessage message)
        throws Exception {
      open.await();
      session.sendMessage(new TextMessage("waited"));
    }
  }

  /** A plain endpoint of Jakarta WebSocket, which Spring only registers. */
  @ServerEndpoint("/endpoint")
  public static final class Endpoint {
    /** Created by the container. */
    public Endpoint() {}

    @OnMessage
    public String message(String text) {
      GreenletTask<?> current = Greenlets.current();
      return current.kind() + " on " + current.lane().name();
    }
  }
}
