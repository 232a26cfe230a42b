//! What NestJS code says, construct by construct.

use crate::extract::typescript::tests::facts;

fn nest(text: &str) -> String {
    facts("typescript.nestjs", "a.ts", text)
}

#[test]
fn controllers_and_routes() {
    let text = "
        import { Controller, Get as Fetch, Post, Query, Version, Sse } from '@nestjs/common';
        import * as common from '@nestjs/common';
        /** Users. */
        @ApiTags('users')
        @UseGuards(JwtGuard)
        @Controller({ path: ['users', Routes.people], version: ['1', VERSION_NEUTRAL] })
        export class UserController {
            /** Lists users. */
            @Fetch()
            list(@Query() query: ListUsersDto, @Query('q') q: string): Promise<UserDto[]> {}

            @ApiOperation({ summary: 'Creates a user' })
            @Post(['new', `create/${x}`])
            @Version('2')
            async create(@Body() dto: CreateUserDto, @Body('x') x: string): Promise<User | undefined> {}

            @common.Delete(':id') @ApiOkResponse({ type: [UserDto] })
            remove(@Param('id') id: string) {}

            // a comment
            @Sse('events') events(): Observable<MessageEvent> {}
            @All('*') any(): Promise<void> {}
            @Get('first') @Get('second') twice() {}
            private helper() {}
        }
    ";
    assert_eq!(
        nest(text),
        "7 Http controller UserController ['users', Routes.people] v['1', VERSION_NEUTRAL] @ApiTags('users') @UseGuards(JwtGuard) @Controller({path: ['users', Routes.people], version: ['1', VERSION_NEUTRAL]}) -- Users.
10 Http GET [''] UserController.list <- ListUsersDto -> UserDto[] @Fetch() -- Lists users.
14 Http POST ['new', 'create/' + x] UserController.create v['2'] <- CreateUserDto -> User @ApiOperation({summary: 'Creates a user'}) @Post(['new', 'create/' + x]) @Version('2') -- Creates a user
18 Http DELETE [':id'] UserController.remove -> UserDto[] @common.Delete(':id') @ApiOkResponse({type: [UserDto]})
22 Http GET ['events'] UserController.events -> MessageEvent @Sse('events')
23 Http ALL ['*'] UserController.any @All('*')
24 Http GET ['first'] UserController.twice @Get('first') @Get('second')"
    );
}

#[test]
fn classes_without_a_controller_keep_their_routes() {
    let text = "
        export abstract class Base<T> { @Get(':id') find(@Param() p): Promise<T> {} }
        export function Mixin<T>(entity: T): any {
            @Controller(entity.name) class Host { @Post() @Auth() add(@Body() dto: T) {} }
            return Host;
        }
        export const Anonymous = () => { class C { @Put() put() {} } return C };
        export const Bare = (p: string) => class { @Patch(p) patch() {} };
    ";
    assert_eq!(
        nest(text),
        "2 Http GET [':id'] Base.find @Get(':id')
4 Http controller Host [entity.name] @Controller(entity.name)
4 Http POST [''] Host.add @Post() @Auth()
7 Http PUT [''] C.put @Put()
8 Http PATCH [p] Bare.patch @Patch(p)"
    );
}

#[test]
fn decorators_of_other_origins() {
    let text = "
        import { Get } from 'routing-controllers';
        import { ListUsers, Cached } from './decorators';
        import { Trace } from 'tracer';
        @Controller() export class A {
            @Get('x') x() {}
            @ListUsers('y') y(): Promise<Dto> {}
            @Trace() z() {}
        }
        @Injectable() export class S { @Cached() get() {} }
    ";
    assert_eq!(
        nest(text),
        "5 Http controller A [''] @Controller()
7 Http  [] A.y -> Dto @ListUsers('y')"
    );
}

#[test]
fn graphql_resolvers() {
    let text = "
        import { Query as HttpQuery } from '@nestjs/common';
        @Resolver(() => User)
        @UseGuards(GqlGuard)
        export class UserResolver {
            @Query(() => [User], { name: 'users', description: 'All users' }) findAll(@Args() args: UserArgs) {}
            @Query(returns => User) async user(@Args('id', { type: () => ID }) id: string, @Args('input') input: X): Promise<User> {}
            @Query('byName') q1() {}
            @Query({ name: 'opt' }) q2(): Promise<A> {}
            @Query() bare() {}
            @Mutation(() => Boolean) remove(@Args({ name: 'data', type: () => D }) data: D) {}
            @Subscription(() => User, { filter() { return true } }) userAdded() {}
            @ResolveField() posts() {}
        }
    ";
    assert_eq!(
        nest(text),
        "3 GraphQl controller UserResolver [''] @Resolver(User) @UseGuards(GqlGuard)
6 GraphQl QUERY ['users'] UserResolver.findAll <- UserArgs -> User[] @Query([User], {name: 'users', description: 'All users'}) -- All users
7 GraphQl QUERY ['user'] UserResolver.user <- { id: string, input: X } -> User @Query(User)
8 GraphQl QUERY ['byName'] UserResolver.q1 @Query('byName')
9 GraphQl QUERY ['opt'] UserResolver.q2 -> A @Query({name: 'opt'})
10 GraphQl QUERY ['bare'] UserResolver.bare @Query()
11 GraphQl MUTATION ['remove'] UserResolver.remove <- D -> Boolean @Mutation(Boolean)
12 GraphQl SUBSCRIPTION ['userAdded'] UserResolver.userAdded -> User @Subscription(User, {filter: true})"
    );
}

#[test]
fn message_handlers_and_gateways() {
    let text = "
        @Controller()
        export class Handlers {
            @MessagePattern({ cmd: 'sum' }, Transport.TCP) sum(data: number[]): number {}
            @EventPattern(['a', Topics.B]) both(@Payload() dto: EventDto, @Ctx() ctx: NatsContext): Promise<void> {}
            @GrpcMethod('HeroService') findOne(data: HeroById): Hero {}
            @GrpcStreamMethod(SERVICE, 'Many') many(data: Observable<HeroById>): Observable<Hero> {}
            @GrpcMethod() bare() {}
            @Post('sum') @MessagePattern('sum2') two(@Body() @Payload() dto: SumDto) {}
        }
        @WebSocketGateway(8080, { namespace: 'chat', cors: true })
        export class ChatGateway {
            @WebSocketServer() server: Server;
            @SubscribeMessage('message') handle(client: Socket, payload: Msg): string {}
            @SubscribeMessage(EVENTS.typing) typing(@MessageBody() dto: TypingDto) {}
        }
    ";
    assert_eq!(
        nest(text),
        "2 Http controller Handlers [''] @Controller()
4 MessageRequest  [{cmd: 'sum'}] Handlers.sum <- number[] -> number @MessagePattern({cmd: 'sum'}, Transport.TCP)
5 MessageEvent  ['a', Topics.B] Handlers.both <- EventDto @EventPattern(['a', Topics.B])
6 Grpc  ['HeroService/FindOne'] Handlers.findOne <- HeroById -> Hero @GrpcMethod('HeroService')
7 Grpc  [SERVICE + '/' + 'Many'] Handlers.many <- HeroById -> Hero @GrpcStreamMethod(SERVICE, 'Many')
8 Grpc  ['Handlers/Bare'] Handlers.bare @GrpcMethod()
9 Http POST ['sum'] Handlers.two <- SumDto @Post('sum') @MessagePattern('sum2')
9 MessageRequest  ['sum2'] Handlers.two <- SumDto @Post('sum') @MessagePattern('sum2')
11 WebSocket controller ChatGateway ['chat'] @WebSocketGateway(8080, {namespace: 'chat', cors: true})
14 WebSocket  ['message'] ChatGateway.handle <- Msg -> string @SubscribeMessage('message')
15 WebSocket  [EVENTS.typing] ChatGateway.typing <- TypingDto @SubscribeMessage(EVENTS.typing)"
    );
}

#[test]
fn modules() {
    let text = "
        /** Everything. */
        @Global()
        @Module({
            imports: [UsersModule, forwardRef(() => AuthModule), ConfigModule.forRoot({ isGlobal: true }), RouterModule.register([{ path: 'admin', module: AdminModule, children: routes }]), ...(process.env.X ? [DevModule] : []), flag && Extra],
            controllers: [AppController, ...more],
            providers: [AppService, { provide: APP_GUARD, useClass: JwtGuard }, { provide: 'X', useFactory: async (c) => new Thing(c), inject: [Config] }],
            exports: [AppService],
        })
        export class AppModule {
            static forRoot(options: Options): DynamicModule {
                const providers = [A, B];
                if (!options) { return { module: AppModule, providers }; }
                return { global: true, module: AppModule, imports: [Inner.register(options)], controllers: options.x ? [Extra] : [] };
            }
            configure(consumer) { return { module: 1 }; }
        }
        @Module(metadata) export class Named {}
        @Module({ ...shared, imports: list }) export class Spread {}
        @Module({}) class Empty {}
        @Module(make()) class Made {}
        @Module(config()) class Configured {}
        function config(): ModuleMetadata { if (isLarge()) { return large(); } else { return { controllers: [Small] }; } }
    ";
    assert_eq!(
        nest(text),
        "4 module AppModule imports[UsersModule, forwardRef(AuthModule), ConfigModule.forRoot({isGlobal: true}), RouterModule.register([{path: 'admin', module: AdminModule, children: routes}]), ...([DevModule] | []), (Extra | <nothing>)] providers[AppService, {provide: APP_GUARD, useClass: JwtGuard}, {provide: 'X', useFactory: Thing(c), inject: [Config]}] controllers[AppController, ...more] exports[AppService] -- Everything.
13 module AppModule providers[A, B]
14 module AppModule imports[Inner.register(options)] controllers[...([Extra] | [])]
18 module Named imports[...metadata.imports] providers[...metadata.providers] controllers[...metadata.controllers] exports[...metadata.exports]
19 module Spread imports[...shared.imports, ...list] providers[...shared.providers] controllers[...shared.controllers] exports[...shared.exports]
20 module Empty
21 module Made imports[...make.imports] providers[...make.providers] controllers[...make.controllers] exports[...make.exports]
22 module Configured imports[...large.imports] providers[...large.providers] controllers[...large.controllers, Small] exports[...large.exports]"
    );
}
