package dev.greenlet.spring.autoconfigure.web;

import dev.greenlet.GreenletRuntime;
import dev.greenlet.spring.web.coroutine.HubHandlerAdapter;
import kotlin.reflect.full.KClasses;
import kotlinx.coroutines.CoroutineDispatcher;
import kotlinx.coroutines.reactor.MonoKt;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.webmvc.autoconfigure.WebMvcRegistrations;
import org.springframework.context.annotation.Bean;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerAdapter;

/** Auto-configuration for suspending functions of Kotlin as handlers. */
@AutoConfiguration(after = GreenletWebAutoConfiguration.class)
@ConditionalOnBean(GreenletWebAutoConfiguration.class)
@ConditionalOnClass({CoroutineDispatcher.class, KClasses.class, MonoKt.class})
public final class GreenletCoroutineAutoConfiguration {
  GreenletCoroutineAutoConfiguration() {}

  @Bean
  @ConditionalOnMissingBean
  WebMvcRegistrations greenletWebMvcRegistrations(GreenletRuntime runtime) {
    return new WebMvcRegistrations() {
      @Override
      public RequestMappingHandlerAdapter getRequestMappingHandlerAdapter() {
        return new HubHandlerAdapter(runtime);
      }
    };
  }
}
