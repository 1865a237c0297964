package dev.greenlet.spring.web.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.Greenlets;
import dev.greenlet.spring.Greenlet;
import dev.greenlet.spring.web.EachServer;
import dev.greenlet.spring.web.Host;
import dev.greenlet.spring.web.RunningApplication;
import dev.greenlet.spring.web.lane.LaneGuesses;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.multipart.support.StandardServletMultipartResolver;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.handler.MappedInterceptor;

/** Code before Spring MVC has found the handler runs on the lane on which the request starts. */
@EachServer
@Timeout(120)
class BeforeTheHandlerTests {
  private static final String UPLOAD =
      """
      --part\r
      Content-Disposition: form-data; name="text"\r
      \r
      content\r
      --part--\r
      """;

  @Parameter private Host host;
  private RunningApplication application;

  @BeforeParameterizedClassInvocation
  void start() {
    application =
        host.start(List.of(Uploads.class, Early.class, WithoutGuesses.class), "greenlet.hubs=2");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    application.close();
  }

  @Test
  void filtersMultipartParsingAndMappedInterceptorsRunWhereTheRequestStarted() {
    String handler =
        application.post("/upload", "multipart/form-data; boundary=part", UPLOAD).body();

    assertThat(handler).matches("content on greenlet-\\d");
    assertThat(application.bean(Early.class).visits)
        .containsOnlyKeys("filter", "multipart", "mapped interceptor")
        .allSatisfy((_, lane) -> assertThat(lane).isEqualTo("greenlet-shared"));
  }

  @RestController
  static class Uploads {
    @PostMapping("/upload")
    @Greenlet
    String upload(@RequestParam String text) {
      return text + " on " + Greenlets.current().lane().name();
    }
  }

  @Configuration(proxyBeanMethods = false)
  static class WithoutGuesses {
    @Bean
    LaneGuesses laneGuesses(GreenletRuntime runtime) {
      return LaneGuesses.of(runtime, false);
    }
  }

  /** Early parts of an application; each records the lane of its first call. */
  @Configuration(proxyBeanMethods = false)
  static class Early {
    private final Map<String, String> visits = new ConcurrentHashMap<>();

    private void visit(String part) {
      visits.putIfAbsent(part, Greenlets.current().lane().name());
    }

    @Bean
    Filter earlyFilter() {
      return (request, response, chain) -> {
        visit("filter");
        chain.doFilter(request, response);
      };
    }

    @Bean
    StandardServletMultipartResolver multipartResolver() {
      return new StandardServletMultipartResolver() {
        @Override
        public MultipartHttpServletRequest resolveMultipart(HttpServletRequest request) {
          visit("multipart");
          return super.resolveMultipart(request);
        }
      };
    }

    @Bean
    MappedInterceptor earlyInterceptor() {
      return new MappedInterceptor(
          null,
          new HandlerInterceptor() {
            @Override
            public boolean preHandle(
                HttpServletRequest request, HttpServletResponse response, Object handler) {
              visit("mapped interceptor");
              return true;
            }
          });
    }
  }
}
