package staff

import (
	"encoding/json"
	"strings"
	"time"
	"zhiwen/bot/review"
)

var beijing = time.FixedZone("CST", 8*60*60)

// dayOf and momentOf write times as staff read them.
func dayOf(t time.Time) string { return t.In(beijing).Format(time.DateOnly) }

func momentOf(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(beijing).Format("2006-01-02 15:04")
}

func indented(raw json.RawMessage) string {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return string(raw)
	}
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return string(raw)
	}
	return string(b)
}

// actionNames are the words of the audit's actions; what is not here stays as it
// is written.
var actionNames = map[string]string{
	"login": "登录", "logout": "退出", "account add": "开通账号", "account roles": "改角色", "account disable": "停用账号", "account enable": "启用账号",
	"account password": "改密码", "account locked": "账号锁定", "withdraw": "撤下文档", "erase": "抹除文档", "release": "公开文档", "mark": "改元数据与有效性",
	"faq": "命令行：问答", "withdraw faq": "撤回问答", "directory import": "命令行：导入通讯录", "directory holidays": "命令行：节假日",
	"note question": "处理问题", "export audit": "导出审计",
}

// actionName is an action of the audit in Chinese.
func actionName(action string) string {
	if name, ok := actionNames[action]; ok {
		return name
	}
	for verb, name := range map[string]string{"propose ": "提交", "publish ": "发布", "reject ": "退回", "take back ": "撤回"} {
		if kind, ok := strings.CutPrefix(action, verb); ok {
			return name + "：" + kindNames[review.Kind(kind)]
		}
	}
	return action
}
